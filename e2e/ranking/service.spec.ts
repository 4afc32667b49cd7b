import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { codeBlocks } from '../support/markdown.js'
import { testOrigins } from '../support/server.js'
import { expect, test } from '../support/test.js'

const blocks = codeBlocks('docs/SERVER.md')
const [command] = blocks.filter(({ language }) => language === 'sh')
const [snippet] = blocks.filter(({ language }) => language === 'js')

let server: ChildProcess
let url: string
test.beforeAll(async () => {
  ;({ server, url } = await start())
  testOrigins.add(new URL(url).origin)
})
test.afterAll(() => server.kill())

/** The documentation's server, at a port that is free. */
async function start(...options: string[]): Promise<{ server: ChildProcess; url: string }> {
  const [program, ...args] = command!.code
    .trim()
    .replace('npx mvp-rerank', 'dist/cli/main.js')
    .replace('8080', '0')
    .split(' ')
  const server = spawn(process.execPath, [program!, ...args, '--allow-origin', '*', ...options])
  let url = ''
  for await (const line of createInterface(server.stdout!)) {
    const said = JSON.parse(line)
    url ||= said.url
    if (said.event === 'ready') break
  }
  server.stdout!.resume()
  return { server, url }
}

test('the snippet of docs/SERVER.md is answered by the server, and without it by the fallback, with the same scores', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-service-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(resolve('.'), join(folder, 'node_modules/mvp-rerank'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const run = (address: string) => {
    writeFileSync(join(folder, 'snippet.js'), snippet!.code.replace('http://127.0.0.1:8080', address))
    const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0' } } as const
    // Onto one stream, so that what the fallback says is seen.
    return execFileSync('bash', ['-c', `${JSON.stringify(process.execPath)} snippet.js 2>&1`], options)
  }
  const remote = run(url)
  expect(JSON.parse(remote).map(([place]: [number]) => place)).toEqual([1, 0])
  const nobody = await start()
  nobody.server.kill()
  await once(nobody.server, 'close')
  const [said, ...local] = run(nobody.url).split('\n')
  expect(said).toMatch(/^fallback .*\/v2\/rerank: no answer/)
  expect(JSON.parse(local.join('\n'))).toEqual(JSON.parse(remote))
  rmSync(folder, { recursive: true })
})

test.describe('from another origin', () => {
  test.use({ otherOrigins: true })

  test('a page of another origin asks it, with a key', async ({ page }) => {
    const thrown: string[] = []
    page.on('pageerror', error => thrown.push(String(error)))
    await page.goto('/blank.html')
    const ranking = await page.evaluate(async url => {
      const { createRemoteReranker } = (await import(
        'mvp-rerank/remote' as string
      )) as typeof import('../../src/remote.js')
      const reranker = await createRemoteReranker({ url, key: 'not-asked-for' })
      const { results } = await reranker.rank('What does yeast do?', ['A cat sleeps.', 'Yeast makes dough rise.'])
      return results.map(({ index, score, passage }) => ({ index, score, passage }))
    }, url)
    expect(ranking).toEqual([
      { index: 1, score: expect.any(Number), passage: 'Yeast makes dough rise.' },
      { index: 0, score: expect.any(Number), passage: 'A cat sleeps.' },
    ])
    expect(thrown).toEqual([])
  })
})

test('an error of one built file is an instance of the class of the others', async ({ page }) => {
  await page.goto('/blank.html')
  const code = await page.evaluate(async () => {
    const { RerankError } = (await import('mvp-rerank' as string)) as typeof import('../../src/index.js')
    const { createRemoteReranker } = (await import(
      'mvp-rerank/remote' as string
    )) as typeof import('../../src/remote.js')
    try {
      await createRemoteReranker({ url: 'http://' })
    } catch (error) {
      return error instanceof RerankError && error.code
    }
  })
  expect(code).toBe('bad-option')
  const { RerankError } = await import(`${resolve('dist/node.js')}`)
  const { createRemoteReranker } = await import(`${resolve('dist/remote.js')}`)
  await expect(createRemoteReranker({ url: 'http://' })).rejects.toBeInstanceOf(RerankError)
})
