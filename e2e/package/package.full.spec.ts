import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, createServer } from 'vite'
import { MODELS_FOLDER } from '../support/convertModels.js'
import { localLinks } from '../support/markdown.js'
import { originalOrder, passages, query } from '../support/oracleList.js'
import { install, packedPackage, type ScratchProject, scratchProject } from '../support/scratchProject.js'
import { expect, test } from '../support/test.js'

let project: ScratchProject

test.beforeAll(() => {
  project = scratchProject()
})

test.afterAll(() => project.remove())

test('the package brings code, types and licences, and nothing else has to be installed', () => {
  const { folder, installed } = project
  expect(readdirSync(installed)).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'docs', 'package.json']),
  )
  expect(readdirSync(join(folder, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual(['mvp-rerank'])
  const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  // What npm would run where the package is installed.
  expect(Object.keys(scripts).filter(name => /^(pre|post)?install$/.test(name))).toEqual([])
})

test('every link of its README leads to a file that it brings', () => {
  const { installed } = project
  const wanted = localLinks(join(installed, 'README.md'))
  expect(wanted).toContain('docs/ranking.gif')
  expect(wanted.filter(path => !existsSync(join(installed, path)))).toEqual([])
})

for (const [resolution, module] of [
  ['bundler', 'esnext'],
  ['node16', 'node16'],
] as const) {
  test(`its types are sound for a strict program under moduleResolution ${resolution}`, () => {
    project.write({
      'program.ts': `import { createReranker, type Ranking, RerankError } from 'mvp-rerank'
      import { rerankingModel } from 'mvp-rerank/ai-sdk'
      import { documentCompressor } from 'mvp-rerank/langchain'
      import { nodePostprocessor } from 'mvp-rerank/llamaindex'
      import { createReranker as inNode } from 'mvp-rerank/node'
      import 'mvp-rerank/worker'
      export async function best(texts: string[]): Promise<string | undefined> {
        const reranker = await (typeof document === 'undefined' ? inNode() : createReranker())
        const ranking: Ranking<string> = await reranker.rank('query', texts, { topK: 1 })
        return ranking.results[0]?.passage
      }
      export const adapters = [documentCompressor, nodePostprocessor, rerankingModel]
      export const retry = (error: unknown): boolean => error instanceof RerankError && error.code === 'download-failed'`,
    })
    // Declarations are checked too: what they import must be there, and nothing of ours is.
    const options = `--strict --exactOptionalPropertyTypes --noUncheckedSideEffectImports --skipLibCheck false --types --noEmit --module ${module} --moduleResolution ${resolution} --target es2022`
    execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options.split(' '), 'program.ts'], {
      cwd: project.folder,
      stdio: 'inherit',
    })
  })
}

/** Fails on a look at anything that pages have and servers have not. */
const WATCHED = `for (const name of ['window', 'document', 'self', 'location', 'Worker', 'trustedTypes', 'localStorage', 'indexedDB'])
  Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error('touched ' + name) } })`

test('importing it in Node touches no global of pages', () => {
  project.write({ 'server.js': `${WATCHED}\nconsole.log(Object.keys(await import('mvp-rerank')).sort().join())` })
  expect(node('server.js')).toContain('createReranker')
})

test('without a page createReranker says where it belongs', () => {
  project.write({
    'nowhere.js': `import { createReranker } from 'mvp-rerank'
      await createReranker().catch(error => console.log(error.code, error.remedy))`,
  })
  expect(node('nowhere.js')).toMatch(/^unsupported .*mvp-rerank\/node/)
})

test('rendering on a server touches no global of pages', async () => {
  project.write({
    'component.js': `import { createReranker } from 'mvp-rerank'
      export const render = () => '<p>' + typeof createReranker + '</p>'`,
    // A build for the server, with the library in it: what frameworks do.
    'render.js': `${WATCHED}\nconsole.log((await import('./rendered/component.js')).render())`,
  })
  const config = { root: project.folder, configFile: false as const, logLevel: 'error' as const }
  await build({ ...config, ssr: { noExternal: true }, build: { ssr: 'component.js', outDir: 'rendered' } })
  expect(node('render.js')).toBe('<p>function</p>')
  const server = await createServer({ ...config, appType: 'custom', server: { middlewareMode: true, watch: null } })
  const { render } = (await server.ssrLoadModule('/component.js')) as { render: () => string }
  expect(render()).toBe('<p>function</p>')
  await server.close()
})

/** @param options as text */
const rank = (options: string) => `import { createReranker } from 'mvp-rerank/node'
  const reranker = await createReranker(${options})
  const { results } = await reranker.rank(${JSON.stringify(query)}, ${JSON.stringify(passages)})
  console.log(results.map(result => result.index).join())
  await reranker.dispose()`

test('it ranks in Node with the runtime that it brings', () => {
  project.write({ 'rank.js': rank(`{ model: '${resolve(MODELS_FOLDER, 'bert-relu-fp32')}', device: 'wasm' }`) })
  expect(node('rank.js')).toBe(originalOrder().join())
  expect(existsSync(join(project.folder, 'node_modules/onnxruntime-web'))).toBe(false)
})

test('without weights it names the package that has them, and with that package it ranks', () => {
  project.write({
    'missing.js': `import { createReranker } from 'mvp-rerank/node'
      await createReranker().catch(error => console.log(error.code, error.remedy))`,
    'shipped.js': rank(''),
  })
  expect(node('missing.js')).toBe('model-not-found Run `npm install mvp-rerank-mini`.')
  install(project.folder, ['--ignore-scripts', packedPackage('mvp-rerank-mini')])
  const weights = join(project.folder, 'node_modules/mvp-rerank-mini')
  expect(readdirSync(weights).sort()).toEqual(['LICENSE', 'LICENSE-WEIGHTS', 'README.md', 'mvp-mini', 'package.json'])
  expect(node('shipped.js').split(',')).toHaveLength(passages.length)
})

test('copy-assets takes the weights out of their package', () => {
  install(project.folder, ['--ignore-scripts', packedPackage('mvp-rerank-mini-q4')])
  const command = join(project.folder, 'node_modules/.bin/mvp-rerank')
  execFileSync(command, ['copy-assets', 'site', '--model', 'mvp-mini-q4'], { cwd: project.folder, stdio: 'ignore' })
  expect(readdirSync(join(project.folder, 'site/models/mvp-mini-q4'))).toEqual(readdirSync('public/models/mvp-mini-q4'))
})

function node(script: string): string {
  return execFileSync(process.execPath, [script], { cwd: project.folder, encoding: 'utf8' }).trim()
}
