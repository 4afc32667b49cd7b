import { describe, expect, it } from 'vitest'
import { CachedManifests } from './cachedManifests.js'
import { type PartStore, partName } from './partStore.js'
import { fileOf, manifestOf, memoryParts, someBytes } from './testing.js'

const DAY_MS = 24 * 60 * 60 * 1000
const [A, B, C] = ['https://site.test/a/', 'https://site.test/b/', 'https://site.test/c/'] as const

/** A model of one file; the same seed makes the same file. */
function version(name: string, seed: number) {
  const file = fileOf('weights.safetensors', someBytes(1000, seed))
  return { bytes: new TextEncoder().encode(JSON.stringify(manifestOf(name, [file]))), part: partName(file.chunks[0]!) }
}

const keep = (parts: PartStore, ...names: string[]) =>
  Promise.all(names.map(name => parts.write(name, new Uint8Array(10))))

describe('kept manifests', () => {
  it('gives back the last version that was complete', async () => {
    const kept = new CachedManifests(memoryParts())
    const [one, two] = [version('one', 1), version('two', 2)]
    await kept.markPending(A, one.bytes)
    expect(await kept.read(A)).toBeUndefined()
    await kept.markComplete(A, one.bytes)
    await kept.markPending(A, two.bytes)
    expect(await kept.read(A)).toEqual(one.bytes)
    await kept.markComplete(A, two.bytes)
    expect(await kept.read(A)).toEqual(two.bytes)
    expect(await kept.read(B)).toBeUndefined()
  })

  it('deletes the chunks of a former version, and none that another model or a version on its way names', async () => {
    const parts = memoryParts()
    const kept = new CachedManifests(parts)
    const [one, two, coming, shared] = [version('one', 1), version('two', 2), version('coming', 3), version('b', 4)]
    await keep(parts, one.part, two.part, coming.part, shared.part, 'part-of-nothing')
    await kept.markComplete(B, shared.bytes)
    expect([...parts.held.keys()].filter(name => name.startsWith('part-'))).toEqual([shared.part])
    await kept.markPending(A, one.bytes)
    await keep(parts, one.part)
    await kept.markComplete(A, one.bytes)
    await kept.markPending(B, coming.bytes)
    await keep(parts, coming.part, two.part)
    await kept.markComplete(A, two.bytes)
    expect(parts.held.has(one.part)).toBe(false)
    for (const { part } of [two, coming, shared]) expect(parts.held.has(part)).toBe(true)
  })

  it('lets go of a model that was not used for two months', async () => {
    const parts = memoryParts()
    const kept = new CachedManifests(parts)
    const [old, used, other] = [version('old', 1), version('used', 2), version('other', 3)]
    await kept.markComplete(A, old.bytes)
    await kept.markComplete(B, used.bytes)
    await keep(parts, old.part, used.part)
    for (const part of parts.held.values()) part.modified = Date.now() - 61 * DAY_MS
    await kept.markUsed(B, used.bytes)
    await kept.markComplete(C, other.bytes)
    expect(parts.held.has(old.part)).toBe(false)
    expect(await kept.read(A)).toBeUndefined()
    expect(parts.held.has(used.part)).toBe(true)
  })

  it('takes a manifest that was damaged for none', async () => {
    const parts = memoryParts()
    const kept = new CachedManifests(parts)
    const one = version('one', 1)
    await kept.markComplete(A, one.bytes)
    for (const part of parts.held.values()) part.bytes = part.bytes.slice(0, 100)
    expect(await kept.read(A)).toBeUndefined()
  })
})
