import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { consoleErrors } from '../support/consoleErrors.js'
import { codeBlocks } from '../support/markdown.js'
import { install, packedPackage, type ScratchProject, scratchProject } from '../support/scratchProject.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

const FIXTURES = 'e2e/adapters/fixtures'

/** [place, score] of each text, the best first. */
type Order = [number, number][]

let project: ScratchProject

test.beforeAll(() => {
  project = scratchProject()
  const { dependencies } = JSON.parse(readFileSync(join(FIXTURES, 'package.json'), 'utf8'))
  const wanted = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`)
  install(project.folder, ['--ignore-scripts', packedPackage('mvp-rerank-mini'), ...wanted])
  for (const name of ['frameworks.js', 'inNode.js', 'inPage.js', 'index.html', 'types.ts']) {
    cpSync(join(FIXTURES, name), join(project.folder, name))
  }
})

test.afterAll(() => project.remove())

for (const [resolution, module] of [
  ['bundler', 'esnext'],
  ['node16', 'node16'],
] as const) {
  test(`the adapters have the types of the real packages under moduleResolution ${resolution}`, () => {
    // Declarations of the frameworks are not checked: they need packages that they do not bring.
    const options = `--strict --exactOptionalPropertyTypes --skipLibCheck --types node --noEmit --module ${module} --moduleResolution ${resolution} --target es2022`
    execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options.split(' '), 'types.ts'], {
      cwd: project.folder,
      stdio: 'inherit',
    })
  })
}

for (const { heading, code } of codeBlocks('docs/SDKS.md').filter(({ language }) => language === 'js')) {
  test(`the snippet for ${heading} runs`, () => {
    project.write({ 'snippet.js': code })
    expect(node('snippet.js')).toContain('Yeast gives off the gas')
  })
}

test('the frameworks give the order and the scores of the reranker, in Node', () => {
  expectTheSame(JSON.parse(node('inNode.js', resolve('public/models/mvp-mini-q4'))))
})

test('the frameworks give the order and the scores of the reranker, in a page bundled by Vite', async ({ page }) => {
  const outDir = join(project.folder, 'dist')
  await build({ root: project.folder, configFile: false, logLevel: 'error', build: { outDir, target: 'es2022' } })
  const server = await startServer({
    roots: [
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/', folder: outDir },
    ],
  })
  try {
    const errors = consoleErrors(page)
    await page.goto(server.origin)
    await expect(page.locator('body')).toHaveAttribute('data-outcome', /./, { timeout: 90_000 })
    expectTheSame(JSON.parse((await page.locator('body').getAttribute('data-outcome'))!))
    expect(errors).toEqual([])
  } finally {
    await server.close()
  }
})

function expectTheSame(outcome: Record<string, Order> & { aborted: string[] }): void {
  const { itself, withScores, langChain, llamaIndex, aiSdk6, aiSdk7, aborted, ...rest } = outcome
  expect(rest).toEqual({})
  expect(itself![0]![0]).toBe(1)
  expect({ langChain, aiSdk6, aiSdk7 }).toEqual({ langChain: itself, aiSdk6: itself, aiSdk7: itself })
  // LlamaIndex gives the retriever's scores along.
  expect(withScores).not.toEqual(itself)
  expect(llamaIndex).toEqual(withScores)
  expect(aborted).toEqual(['enough', 'enough'])
}

function node(script: string, ...args: string[]): string {
  return execFileSync(process.execPath, [script, ...args], { cwd: project.folder, encoding: 'utf8' })
}
