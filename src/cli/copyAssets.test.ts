import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import { RerankError } from '../api/errors.js'
import { copyAssets } from './copyAssets.js'

const folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-assets-'))
const dist = join(folder, 'dist')
const loaded = [
  'family-t5.js',
  'index.js',
  'kernels.worker.js',
  'ort-wasm-simd-threaded.jspi.mjs',
  'ort-wasm-simd-threaded.wasm',
  'rerank.worker.js',
  'search.js',
  'search.worker.js',
  'service-worker.js',
  'stemmer-de.js',
]

mkdirSync(join(dist, 'cli'), { recursive: true })
for (const name of [...loaded, 'node.js', 'index.development.jsx', 'rerank.worker.d.ts', 'cli/main.js']) {
  writeFileSync(join(dist, name), name)
}

afterAll(() => rmSync(folder, { recursive: true }))

it('copies what pages load, and nothing else', async () => {
  const report = await copyAssets(join(folder, 'site'), { dist })
  expect(report).toEqual(Object.fromEntries(loaded.map(name => [`mvp-rerank/${name}`, name.length])))
  for (const path of Object.keys(report)) expect(path).toContain(readFileSync(join(folder, 'site', path), 'utf8'))
})

it('also writes the files compressed, for servers that send such files', async () => {
  const site = join(folder, 'compressed')
  const report = await copyAssets(site, { dist, brotli: true, model: 'mvp-mini-q4' })
  const compressed = Object.keys(report).filter(path => path.endsWith('.br'))
  expect(compressed.sort()).toEqual(loaded.map(name => `mvp-rerank/${name}.br`).sort())
  for (const path of compressed) {
    const bytes = readFileSync(join(site, path))
    expect(bytes.length).toBe(report[path])
    expect(brotliDecompressSync(bytes)).toEqual(readFileSync(join(site, path.slice(0, -3))))
  }
})

it('replaces files of an older version and leaves others alone', async () => {
  const site = join(folder, 'older')
  mkdirSync(join(site, 'mvp-rerank'), { recursive: true })
  writeFileSync(join(site, 'mvp-rerank/index.js'), 'older')
  writeFileSync(join(site, 'mvp-rerank/own.js'), 'own')
  await copyAssets(site, { dist })
  expect(readFileSync(join(site, 'mvp-rerank/index.js'), 'utf8')).toBe('index.js')
  expect(readFileSync(join(site, 'mvp-rerank/own.js'), 'utf8')).toBe('own')
})

it('copies a shipped model to where pages look for it', async () => {
  const report = await copyAssets(join(folder, 'with-model'), { dist, model: 'mvp-mini-q4' })
  const manifest = 'models/mvp-mini-q4/manifest.json'
  expect(report[manifest]).toBeGreaterThan(0)
  expect(readFileSync(join(folder, 'with-model', manifest))).toEqual(readFileSync(join('public', manifest)))
})

it('copies nothing if there is no such model', async () => {
  const site = join(folder, 'none')
  const error = await copyAssets(site, { dist, model: 'mvp-maxi' }).catch(error => error)
  expect(error).toBeInstanceOf(RerankError)
  expect(error.code).toBe('model-not-found')
  expect(() => readFileSync(join(site, 'mvp-rerank/index.js'))).toThrow()
})
