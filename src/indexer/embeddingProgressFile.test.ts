import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EmbeddingProgressFile } from './embeddingProgressFile.js'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'progress-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('loses a truncated record alone, also where a text was kept twice', async () => {
  const open = () => EmbeddingProgressFile.open(folder, 'key', 8, false)
  await (await open()).keep(
    ['one', 'one', 'two'],
    [1, 1, 2].map(code => ({ code: Uint8Array.of(code), tokens: new Uint8Array() })),
  )
  const file = join(folder, 'unfinished.bin')
  const whole = await readFile(file)
  await appendFile(file, 'cut')
  expect(await (await open()).codes('two')).toEqual({ code: Buffer.of(2), tokens: Buffer.of() })
  expect(await readFile(file)).toEqual(whole)
})

it('keeps token codes, and drops them where other codes leave out another mean', async () => {
  const mean = Float32Array.from({ length: 8 }, (_, i) => i / 8)
  const codes = { code: Uint8Array.of(1), tokens: Uint8Array.of(2, 3) }
  const open = (previous?: Float32Array) => EmbeddingProgressFile.open(folder, 'with tokens', 8, true, previous)
  const progressFile = await open()
  await progressFile.keepMean(mean)
  await progressFile.keep(['one'], [codes])
  for (const kept of [await open(), await open(mean)]) {
    expect(kept.mean).toEqual(mean)
    expect(await kept.codes('one')).toEqual({ code: Buffer.of(1), tokens: Buffer.of(2, 3) })
  }
  const other = await open(mean.map(value => value + 1))
  expect([other.mean, await other.codes('one')]).toEqual([undefined, undefined])
})
