import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { build, createServer, preview } from 'vite'
import webpack from 'webpack'
import { originalOrder, passages, query } from '../support/oracleList.js'
import { type ScratchProject, scratchProject } from '../support/scratchProject.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

test.use({ otherOrigins: true })

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

let project: ScratchProject

/** @param extra options of createReranker, as text */
function page(extra: string, library = 'mvp-rerank'): string {
  return `import { createReranker } from '${library}'
    const model = new URLSearchParams(location.search).get('model')
    try {
      const reranker = await createReranker({ model, device: 'wasm', threads: 2, ${extra} })
      const { results } = await reranker.rank(${JSON.stringify(query)}, ${JSON.stringify(passages)})
      document.title = reranker.info.threads + ' threads: ' + results.map(result => result.index).join()
    } catch (error) {
      document.title = error + ' ' + error.cause
    }`
}

const html = (script: string) =>
  `<!doctype html><title>…</title><link rel="icon" href="data:," /><script type="module" src="${script}"></script>`

/** The two ways to a worker: the library's own, and one that the bundler builds from `mvp-rerank/worker`. */
const OWN_WORKER = `createWorker: () => new Worker(new URL('mvp-rerank/worker', import.meta.url), { type: 'module' })`

test.beforeAll(() => {
  project = scratchProject()
  project.write({
    'index.html': html('./index.js'),
    'index.js': page(''),
    'own.html': html('./own.js'),
    'own.js': page(OWN_WORKER),
  })
})

test.afterAll(() => project.remove())

async function expectRanking(page: Page, address: string, modelOrigin: string): Promise<void> {
  await page.goto(`${address}?model=${modelOrigin}/models/bert-relu-fp32/`)
  await expect(page).toHaveTitle(`2 threads: ${originalOrder().join()}`, { timeout: 60_000 })
}

test('vite dev', async ({ page, origin }) => {
  const server = await createServer({
    root: project.folder,
    configFile: false,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', headers: isolation, hmr: false, watch: null },
  })
  await server.listen()
  try {
    for (const name of ['index', 'own']) {
      await expectRanking(page, `${server.resolvedUrls!.local[0]}${name}.html`, origin)
    }
  } finally {
    await server.close()
  }
})

test('vite build, in a folder of the site', async ({ page, origin }) => {
  const config = { root: project.folder, configFile: false as const, logLevel: 'error' as const, base: '/app/' }
  const input = ['index', 'own'].map(name => join(project.folder, `${name}.html`))
  await build({ ...config, build: { target: 'es2022', rolldownOptions: { input } } })
  const server = await preview({ ...config, preview: { port: 0, host: '127.0.0.1', headers: isolation } })
  try {
    for (const name of ['index', 'own']) {
      await expectRanking(page, `${server.resolvedUrls!.local[0]}${name}.html`, origin)
    }
  } finally {
    await server.close()
  }
})

test('webpack 5', async ({ page, origin }) => {
  const folder = join(project.folder, 'webpack')
  const stats = await new Promise<webpack.Stats>((resolve, reject) =>
    webpack(
      {
        context: project.folder,
        mode: 'production',
        entry: { index: './index.js', own: './own.js' },
        output: { path: folder },
        // Binaries of 20 MB are what it is about.
        performance: { hints: false },
      },
      (error, stats) => (error ? reject(error) : resolve(stats!)),
    ),
  )
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true })
  expect([errors, warnings]).toEqual([[], []])
  project.write({ 'webpack/index.html': html('./index.js'), 'webpack/own.html': html('./own.js') })
  const server = await startServer({ roots: [{ prefix: '/', folder }] })
  try {
    for (const name of ['index', 'own']) await expectRanking(page, `${server.origin}/${name}.html`, origin)
  } finally {
    await server.close()
  }
})

test('a plain script, with the package unpacked on the server', async ({ page: tab, origin }) => {
  const folder = join(project.folder, 'plain')
  cpSync(join(project.installed, 'dist'), join(folder, 'mvp-rerank'), { recursive: true })
  project.write({ 'plain/index.html': html('./index.js'), 'plain/index.js': page('', './mvp-rerank/index.js') })
  const server = await startServer({ roots: [{ prefix: '/', folder }] })
  await expectRanking(tab, `${server.origin}/index.html`, origin)
  await server.close()
})
