import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { MODELS_FOLDER } from '../support/convertModels.js'
import { codeBlocks } from '../support/markdown.js'
import { expect, test } from '../support/test.js'

const blocks = ['README.md', 'docs/GUIDE.md'].flatMap(codeBlocks)
const scripts = blocks.filter(({ language }) => language === 'js')
const inNode = scripts.filter(({ code }) => code.includes("'mvp-rerank/node'"))
const inPage = scripts.filter(script => !inNode.includes(script))
const markup = blocks.filter(({ language }) => language === 'html')
const shell = blocks.filter(({ language, code }) => language === 'sh' && /^(npx|cp) /m.test(code))

test('every snippet of the README and the guide is of a kind that is run', () => {
  const commands = blocks.filter(({ code }) => /^npm (start|test)\n$/.test(code))
  expect(blocks.filter(block => ![...scripts, ...shell, ...commands, ...markup].includes(block))).toEqual([])
})

test('the snippets for a page run, one after the other', async ({ page }) => {
  const printed: string[] = []
  const thrown: string[] = []
  page.on('console', message => void (message.type() === 'log' && printed.push(message.text())))
  page.on('pageerror', error => thrown.push(String(error)))
  await page.goto('/blank.html')
  await page.evaluate(() => document.body.append(document.createElement('input')))
  await page.evaluate(
    code => {
      const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
      return import(url).then(() => undefined)
    },
    inPage.map(({ code }) => code).join('\n'),
  )
  // The three results of the first snippet, then the rankings of the stream.
  expect(printed[0]).toContain('Leaves turn light')
  expect(printed.slice(1, 3).join()).toMatch(/Mars[\s\S]*yeast|yeast[\s\S]*Mars/)
  expect(printed.findLast(line => / of 3 /.test(line))).toMatch(/^3 of 3 .*(Mars|Leaves|yeast)/)
  // Three addresses out of the demo's index.
  expect(printed.at(-1)).toMatch(/^\[(https:\/\/github\.com\/\S+\.md(#\S+)?(, )?){3}\]$/)

  await page.locator('input').fill('Which planet comes after the Earth')
  await page.locator('input').fill('Which planet comes after the Earth?')
  await expect.poll(() => printed.at(-1)).toMatch(/^\[[012], [012], [012]\]$/)
  expect(thrown).toEqual([])
})

test('the markup makes a search box', async ({ page, origin }) => {
  await page.route('**/own.html', route =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html>${markup[0]!.code}` }),
  )
  await page.route('**/mvp-rerank/**', async route => {
    const file = new URL(route.request().url()).pathname.replace('/mvp-rerank/', 'dist/')
    await route.fulfill({ path: file })
  })
  await page.goto(`${origin}/own.html`)
  await page.locator('mvp-search').getByRole('button').first().click()
  await expect(page.locator('mvp-search').getByRole('combobox', { name: 'Search' })).toBeFocused()
})

test.describe('outside the browser', () => {
  let folder: string

  // A project that has installed the package, and a downloaded checkpoint; the small one of the oracles stands for
  // MVP-base.
  test.beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-readme-'))
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
    mkdirSync(join(folder, 'public'))
    symlinkSync(resolve('.'), join(folder, 'node_modules/mvp-rerank'))
    symlinkSync(resolve('packages/mvp-mini'), join(folder, 'node_modules/mvp-rerank-mini'))
    symlinkSync('../mvp-rerank/dist/cli/main.js', join(folder, 'node_modules/.bin/mvp-rerank'))
    symlinkSync(resolve('models/oracles/t5-relu'), join(folder, 'MVP-base'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  })

  test.afterAll(() => rmSync(folder, { recursive: true }))

  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, FORCE_COLOR: '0' },
    })

  for (const [index, { code }] of inNode.entries()) {
    test(`snippet ${index + 1} for Node runs`, () => {
      writeFileSync(join(folder, 'snippet.js'), code)
      const ranked = JSON.parse(run(process.execPath, 'snippet.js'))
      expect(ranked.map(([place]: [number, number]) => place)).toEqual([1, 0])
    })
  }

  test('the commands run', () => {
    for (const { code } of shell) {
      // What a fresh clone does first has been done here.
      const own = code.split('\n').filter(line => !/^npm /.test(line))
      run('bash', '-euc', own.join('\n'))
    }
    const { results } = JSON.parse(readFileSync(join(folder, 'out.jsonl'), 'utf8'))
    expect(results[0].index).toBe(1)
    expect(existsSync(join(folder, 'public/models/mvp-mini/manifest.json'))).toBe(true)
    cpSync(join(folder, 'public/models/mvp-base'), join(MODELS_FOLDER, 'mvp-base'), { recursive: true })
  })

  test('a converted checkpoint runs in the demo, at the address that is given', async ({ page }) => {
    const address = /<http:\/\/localhost:4173(\/#model=[^>]*)>/.exec(readFileSync('docs/GUIDE.md', 'utf8'))
    await page.goto(address![1]!)
    await expect(page.locator('#engine')).toHaveAttribute('data-phase', 'ready', { timeout: 60_000 })
    await page.getByRole('link', { name: 'Device', exact: true }).click()
    await expect(page.getByText(/^mvp-base/).first()).toBeVisible()
  })
})
