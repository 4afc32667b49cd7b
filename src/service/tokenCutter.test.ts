import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openTokenCutter } from './tokenCutter.js'

const folder = await mkdtemp(join(tmpdir(), 'token-cutter-'))
afterAll(() => rm(folder, { recursive: true }))
const { signal } = new AbortController()

test('cuts a text after its first tokens, at the end of a word', async () => {
  const cut = await openTokenCutter('mvp-mini-q4', signal)
  expect(cut('Leaves turn light into sugar.', 3)).toBe('Leaves turn light')
  expect(cut('Leaves turn light into sugar.', 100)).toBe('Leaves turn light into sugar.')
})

test('refuses a manifest that is not JSON with a code', async () => {
  await writeFile(join(folder, 'manifest.json'), '{')
  await expect(openTokenCutter(folder, signal)).rejects.toMatchObject({ code: 'bad-manifest' })
})
