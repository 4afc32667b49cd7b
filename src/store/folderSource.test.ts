import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FolderSource } from './folderSource.js'
import { readModel } from './readModel.js'
import { fileOf, manifestOf, sha256Of, someBytes } from './testing.js'

const weights = someBytes(3_000_000)
const manifest = manifestOf('a', [
  fileOf('tokenizer.json', new TextEncoder().encode('{}')),
  fileOf('weights.safetensors', weights),
])
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mvp-rerank-'))
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'tokenizer.json'), '{}')
})
afterAll(() => rm(folder, { recursive: true }))

const read = (content: Uint8Array) =>
  writeFile(join(folder, 'weights.safetensors'), content).then(() => readModel(new FolderSource(folder)))

describe('a model folder', () => {
  it('is read and proven', async () => {
    expect(sha256Of((await read(weights)).weights)).toBe(sha256Of(weights))
  })

  it('is refused where a file is shorter, changed or missing', async () => {
    await expect(read(weights.subarray(1))).rejects.toMatchObject({ code: 'download-failed' })
    await expect(read(someBytes(weights.length, 2))).rejects.toMatchObject({ code: 'hash-mismatch' })
    await rm(join(folder, 'weights.safetensors'))
    await expect(readModel(new FolderSource(folder))).rejects.toMatchObject({ code: 'model-not-found' })
    await expect(readModel(new FolderSource(join(folder, 'none')))).rejects.toMatchObject({ code: 'model-not-found' })
  })
})
