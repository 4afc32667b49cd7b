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
  const open = () => EmbeddingProgressFile.open(folder, 'a'.repeat(64), 1)
  await (await open()).keep(
    ['one', 'one', 'two'],
    [1, 1, 2].map(code => Uint8Array.of(code)),
  )
  const file = join(folder, 'unfinished.bin')
  const whole = await readFile(file)
  await appendFile(file, 'cut')
  expect(await (await open()).code('two')).toEqual(Buffer.of(2))
  expect(await readFile(file)).toEqual(whole)
})
