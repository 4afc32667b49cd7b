import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { codeBlocks } from '../support/markdown.js'
import { expect, test } from '../support/test.js'

const passages = [
  ['Tides', 'Twice a day the water of the harbour rises, because the moon pulls on it.'],
  ['Bread', 'Yeast eats sugar and gives off the gas that makes dough rise.'],
  ['Leaves', 'Leaves turn light, water and carbon dioxide into sugar.'],
  ['Ropes', 'A mooring rope is made of nylon, which stretches when waves lift the ship.'],
  ['Frost', 'Cover the potatoes with straw when frost is forecast, and the leaves stay green.'],
  ['<b>Markup</b>', 'A title may be spelled like "markup" & stays what it is.'],
] as const
const chinese = ['月亮引起潮汐，海水每天涨落两次。', '酵母让面团发酵，面包变得松软。', '灯塔在夜里指引船只。']
const questions = [
  ['why does water rise in the harbour', 0],
  ['what makes dough rise', 1],
  ['how do leaves make sugar from light', 2],
  ['which rope stretches', 3],
  ['how to protect potatoes <script>alert(1)</script>', 4],
  ['what makes the water of a harbour rise twice a day', 0],
  ['what gives off the gas in dough', 1],
  ['what do leaves turn carbon dioxide into', 2],
  ['which rope is made of nylon', 3],
  ['when to cover potatoes with straw', 4],
] as const

/** The collections that the page's commands are about, one in each layout. */
function writeCollections(folder: string): void {
  const files: Record<string, string> = {
    'my-beir/corpus.jsonl': passages
      .map(([title, text], i) => `${JSON.stringify({ _id: `p${i}`, title, text })}\n`)
      .join(''),
    'my-beir/queries.jsonl': questions.map(([text], i) => `${JSON.stringify({ _id: `q${i}`, text })}\n`).join(''),
    'my-beir/qrels/test.tsv': `query-id\tcorpus-id\tscore\n${questions.map(([, p], i) => `q${i}\tp${p}\t1\n`).join('')}`,
    'bm25.trec': questions
      .map((_, q) => passages.map((_, p) => `q${q} Q0 p${p} ${p + 1} ${9 - p} bm25\n`).join(''))
      .join(''),
    'my-msmarco/collection.tsv': passages.map(([, text], i) => `${i}\t${text}\n`).join(''),
    'my-msmarco/queries.dev.small.tsv': questions.map(([text], i) => `${i}\t${text}\n`).join(''),
    'my-msmarco/qrels.dev.small.tsv': questions.map(([, p], i) => `${i}\t0\t${p}\t1\n`).join(''),
    'my-msmarco/top1000.dev.tsv': questions
      .map(([query], q) => passages.map(([, text], p) => `${q}\t${p}\t${query}\t${text}\n`).join(''))
      .join(''),
    'my-t2ranking/collection.tsv': chinese.map((text, i) => `${i}\t${text}\n`).join(''),
    'my-t2ranking/queries.dev.tsv': '0\t潮汐的原因\n1\t面团为什么会发酵\n',
    'my-t2ranking/qrels.dev.tsv': '0\t0\t0\t3\n0\t0\t2\t1\n1\t0\t1\t2\n',
    'my-multi-cpr/corpus.tsv': chinese.map((text, i) => `${i}\t${text}\n`).join(''),
    'my-multi-cpr/dev.query.txt': '0\t潮汐的原因\n1\t面团为什么会发酵\n',
    'my-multi-cpr/qrels.dev.tsv': '0\t0\t0\t1\n1\t0\t1\t1\n',
    'my-queries.jsonl': questions
      .map(([q_text, p], i) => {
        const bm25_results = passages.map(([title, text], pid) => ({ pid: `${pid}`, title, text, bm25_score: 9 - pid }))
        return `${JSON.stringify({ qid: `q${i}`, q_text, bm25_results, qrels: { [p]: 1 } })}\n`
      })
      .join(''),
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

test.describe('docs/EVALUATION.md', () => {
  let folder: string
  const commands = codeBlocks('docs/EVALUATION.md')
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.trim().split('\n'))
  const printed = new Map<string, string>()

  test.beforeAll(() => {
    test.setTimeout(240_000)
    folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-evaluation-'))
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
    symlinkSync(resolve('.'), join(folder, 'node_modules/mvp-rerank'))
    symlinkSync('../mvp-rerank/dist/cli/main.js', join(folder, 'node_modules/.bin/mvp-rerank'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeCollections(folder)
    for (const command of commands) {
      const stdio: ('ignore' | 'pipe' | 'inherit')[] = ['ignore', 'pipe', 'inherit']
      printed.set(command, execFileSync('bash', ['-euc', command], { cwd: folder, encoding: 'utf8', stdio }))
    }
  })

  test.afterAll(() => rmSync(folder, { recursive: true }))

  const output = (part: string) => printed.get(commands.find(command => command.includes(part))!)!

  test('every command runs and prints what the page says', () => {
    expect(commands.length).toBeGreaterThan(10)
    for (const command of commands) expect(command).toMatch(/^npx mvp-rerank (eval|compare|fit|stress) /)
    expect(output('--html report.html')).toMatch(/ndcg@10 .*\n[\s\S]*10 queries; model against bm25/)
    // BM25 finds them all: the texts, Chinese ones too, arrived whole.
    for (const part of ['--corpus my-msmarco', '--data my-t2ranking']) {
      expect(JSON.parse(output(part))).toMatchObject({ 'ndcg@10': expect.any(Number), 'recall@100': 1 })
    }
    expect(JSON.parse(output('--data my-t2ranking'))['mrr@10']).toBe(1)
    expect(output('--data my-multi-cpr')).toMatch(/mrr@10 +1\.0000/)
    expect(readFileSync(join(folder, 'each.jsonl'), 'utf8').split('\n').length).toBe(11)
    expect(Object.keys(JSON.parse(output('--html comparison.html')).tests)).toContain('ndcg@10')
    expect(JSON.parse(output('fit --model'))).toMatchObject({ queries: 10, fits: { embed: { losses: 0 } } })
    expect(JSON.parse(output('--data my-stress-test'))).toMatchObject({ queries: 15, 'recall@2': 1 })
    expect(existsSync(join(folder, 'mvp.trec.progress'))).toBe(false)
  })

  for (const file of ['report.html', 'comparison.html', 'stress.html']) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`${file} opens offline, ${colorScheme}, on a phone too`, async ({ page, context }) => {
        await context.setOffline(true)
        const requests: string[] = []
        const errors: string[] = []
        page.on('request', request => void requests.push(request.url()))
        page.on('console', message => void errors.push(message.text()))
        page.on('pageerror', error => void errors.push(String(error)))
        await page.emulateMedia({ colorScheme })
        const url = pathToFileURL(join(folder, file)).href
        await page.goto(url)
        expect(requests).toEqual([url])
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await expect(page.getByRole('img', { name: /^Difference in/ }).first()).toBeVisible()
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
        expect(ground === 'rgb(255, 255, 255)').toBe(colorScheme === 'light')
        await page.setViewportSize({ width: 360, height: 740 })
        for (const summary of await page.locator('summary').all()) if (!(await open(summary))) await summary.click()
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
        expect(errors).toEqual([])
      })
    }
  }

  test('what is in queries is text in the report', async ({ page }) => {
    await page.goto(pathToFileURL(join(folder, 'comparison.html')).href)
    await expect(page.getByText('how to protect potatoes <script>alert(1)</script>').first()).toBeAttached()
    expect(await page.locator('script').count()).toBe(0)
  })
})

function open(summary: import('playwright/test').Locator): Promise<boolean> {
  return summary.evaluate(element => (element.parentElement as HTMLDetailsElement).open)
}
