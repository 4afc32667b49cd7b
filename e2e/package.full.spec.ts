import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build, preview } from 'vite'
import { expect, test } from './test.js'

let folder: string

// A project of somebody else, with what `npm pack` makes in its node_modules.
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-package-'))
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { encoding: 'utf8' }),
  )
  execFileSync('tar', ['-xzf', filename], { cwd: folder })
  mkdirSync(join(folder, 'node_modules'))
  cpSync(join(folder, 'package'), join(folder, 'node_modules/mvp-rerank'), { recursive: true })
  rmSync(join(folder, 'package'), { recursive: true })
  // Its one dependency.
  symlinkSync(resolve('node_modules/onnxruntime-web'), join(folder, 'node_modules/onnxruntime-web'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})

test.afterAll(() => rmSync(folder, { recursive: true }))

test('the package brings code, types, licences and the model', () => {
  const packed = join(folder, 'node_modules/mvp-rerank')
  expect(readdirSync(packed).sort()).toEqual(
    ['LICENSE', 'LICENSE-WEIGHTS', 'README.md', 'dist', 'docs', 'package.json', 'public'].sort(),
  )
  expect(readdirSync(join(packed, 'public/models'))).toContain('mvp-mini')
})

test('its types are sound for a strict program', () => {
  writeFileSync(
    join(folder, 'program.ts'),
    `import { createReranker, type Ranking, RerankError } from 'mvp-rerank'
    import { createReranker as inNode } from 'mvp-rerank/node'
    export async function best(texts: string[]): Promise<string | undefined> {
      const reranker = await (typeof document === 'undefined' ? inNode() : createReranker())
      const ranking: Ranking<string> = await reranker.rank('query', texts, { topK: 1 })
      return ranking.results[0]?.passage
    }
    export const retry = (error: unknown): boolean => error instanceof RerankError && error.code === 'download-failed'`,
  )
  const options =
    '--strict --exactOptionalPropertyTypes --noEmit --module esnext --moduleResolution bundler --target es2022'
  execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options.split(' '), 'program.ts'], {
    cwd: folder,
    stdio: 'inherit',
  })
})

test('it runs in a project that is built with a bundler', async ({ page }) => {
  // As the README says.
  cpSync(join(folder, 'node_modules/mvp-rerank/dist'), join(folder, 'public/mvp-rerank'), { recursive: true })
  cpSync(join(folder, 'node_modules/mvp-rerank/public/models'), join(folder, 'public/models'), { recursive: true })
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>…</title><script type="module" src="./main.js"></script>',
  )
  writeFileSync(
    join(folder, 'main.js'),
    `import { createReranker } from 'mvp-rerank'
    const reranker = await createReranker({ workerUrl: '/mvp-rerank/rerank.worker.js', device: 'wasm' })
    const { results } = await reranker.rank('What makes dough rise?', ['Yeast makes dough rise.', 'Mars is a planet.'])
    document.title = results.map(result => result.index).join()`,
  )
  const config = { root: folder, configFile: false as const, logLevel: 'error' as const }
  await build({ ...config, build: { target: 'es2022' } })
  const server = await preview({ ...config, preview: { port: 0, host: '127.0.0.1' } })
  try {
    await page.goto(server.resolvedUrls!.local[0]!)
    await expect(page).toHaveTitle('0,1', { timeout: 60_000 })
  } finally {
    await server.close()
  }
})
