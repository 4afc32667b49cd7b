import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { runCommandLine } from './commandLine.js'
import { Countdown } from './pace.js'

let folder = ''
const run = (...argv: string[]) => runCommandLine(['index', ...argv], { signal: new AbortController().signal })
const printed: string[] = []
const warned: string[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'index-cli-'))
  await mkdir(join(folder, 'docs'))
  printed.length = 0
  warned.length = 0
  vi.spyOn(process.stdout, 'write').mockImplementation((text, done) => {
    printed.push(String(text))
    ;(done as (() => void) | undefined)?.()
    return true
  })
  vi.spyOn(console, 'error').mockImplementation(line => void warned.push(line))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

it('writes an index of words and embeddings by the shipped model, and reports it', async () => {
  await writeFile(
    join(folder, 'docs/a.md'),
    '---\ntopic: [\n---\n# Apples\n\nApples keep for months in a cool cellar.\n',
  )
  await writeFile(join(folder, 'docs/b.md'), '---\ntopic: food\n---\n# Bread\n\nBread keeps for a week at most.\n')
  await writeFile(join(folder, 'credits.json'), '[{"name": "Handbook", "licence": "MIT"}]')
  const out = join(folder, 'out')
  const options = ['--out', out, '--base', '/', '--filters', 'topic', '--credits', join(folder, 'credits.json')]
  expect(await run(join(folder, 'docs'), ...options)).toBe(0)
  expect(JSON.parse(printed.join(''))).toMatchObject({ files: 2, pages: 2, sections: 2, embedded: 2, warnings: 1 })
  expect(warned).toEqual([expect.stringMatching(/^a\.md:\d: front matter/)])
  expect(JSON.parse(await readFile(join(out, 'index.json'), 'utf8'))).toMatchObject({
    filters: { topic: ['food'] },
    embeddings: { model: 'mvp-mini', width: 384, bytes: 96 },
    credits: [{ name: 'Handbook', licence: 'MIT' }],
  })
})

it('writes token codes by default, none with --no-late, and no more than --late-bytes', async () => {
  const text = 'Apples keep for months in a cool cellar, away from pears. '.repeat(8)
  await writeFile(join(folder, 'docs/a.md'), `# Apples\n\n${text}\n`)
  const out = join(folder, 'out')
  const tokens = async (...options: string[]) => {
    expect(await run(join(folder, 'docs'), '--out', out, ...options)).toBe(0)
    return JSON.parse(await readFile(join(out, 'index.json'), 'utf8')).tokens?.bytes
  }
  const codes = (await tokens()) - 4 * 384 - 1
  expect(codes % 48).toBe(0)
  expect(codes).toBeGreaterThan(10 * 48)
  expect(await tokens('--late-bytes', '150')).toBe(4 * 384 + 1 + 3 * 48)
  expect(await tokens('--no-late')).toBeUndefined()
  await expect(run('x', '--out', out, '--late-bytes', '47')).rejects.toMatchObject({ code: 'bad-usage' })
})

it('leaves embeddings out when told, and explains itself', async () => {
  await writeFile(join(folder, 'docs/a.md'), 'Apples keep for months in a cool cellar.\n')
  const out = join(folder, 'out')
  expect(await run(join(folder, 'docs'), '--out', out, '--words-only')).toBe(0)
  expect(JSON.parse(await readFile(join(out, 'index.json'), 'utf8')).embeddings).toBeUndefined()
  expect(await run('--help')).toBe(0)
  expect(printed.at(-1)).toContain('Usage: mvp-rerank index')
})

it('takes selectors, globs and a time to embed', async () => {
  await writeFile(
    join(folder, 'docs/a.html'),
    '<div id="t"><p>Apples keep for months.</p><p class="ad">Buy apples now, please.</p></div>',
  )
  await writeFile(join(folder, 'docs/b.html'), '<p>Bread keeps for a week at most.</p>')
  const out = join(folder, 'out')
  const options = ['--main', '#t', '--ignore', '.ad', '--exclude', 'b.*, c/**', '--minutes', '0']
  expect(await run(join(folder, 'docs'), '--out', out, ...options)).toBe(0)
  expect(JSON.parse(printed.join(''))).toMatchObject({ files: 2, pages: 1, sections: 1, embedded: 0, unfinished: 1 })
  expect(warned).toEqual([expect.stringMatching(/^1 sections are left to embed/)])
  await expect(run(join(folder, 'docs'), '--out', out, '--ignore', 'p[')).rejects.toMatchObject({ code: 'bad-option' })
})

it('watches, indexes what changes, outlives a broken moment, and ends when it is interrupted', async () => {
  const page = join(folder, 'docs/a.md')
  await writeFile(page, 'Apples keep for months in a cool cellar.\n')
  const out = join(folder, 'docs/out')
  const interrupt = new AbortController()
  const running = runCommandLine(['index', join(folder, 'docs'), '--out', out, '--words-only', '--watch'], {
    signal: interrupt.signal,
  })
  const reports = (count: number) => vi.waitFor(() => expect(printed).toHaveLength(count), { timeout: 20_000 })
  await reports(1)
  await vi.waitFor(() => expect(warned).toEqual([expect.stringMatching(/^Watching/)]))
  await writeFile(page, 'short\n')
  await vi.waitFor(() => expect(warned.at(-1)).toMatch(/nothing-to-index/), { timeout: 20_000 })
  await writeFile(page, 'Pears keep for weeks, and no longer.\n')
  await reports(2)
  expect(JSON.parse(printed[1]!)).toMatchObject({ files: 1, sections: 1, unchanged: 0 })
  interrupt.abort()
  expect(await running).toBe(0)
  expect(printed).toHaveLength(2)
})

it('tells its pace and the time that is left, by the work that is done', () => {
  vi.useFakeTimers()
  try {
    const countdown = new Countdown()
    expect(countdown.describe('read', 'files', 0, 0)).toBe('')
    vi.advanceTimersByTime(10_000)
    expect(countdown.describe('read', 'files', 50, 0.5)).toBe(', 5.0 files/s, 10 s left')
    expect(countdown.describe('embed', 'sections', 64, 0.01)).toBe('')
    vi.advanceTimersByTime(60_000)
    expect(countdown.describe('embed', 'sections', 120, 0.1)).toBe(', 2.0 sections/s, 9 min left')
  } finally {
    vi.useRealTimers()
  }
})

it('refuses what it cannot do', async () => {
  const docs = join(folder, 'docs')
  await expect(run(docs)).rejects.toMatchObject({ code: 'bad-usage', message: '--out is missing' })
  await expect(run('--out', 'x')).rejects.toMatchObject({ code: 'bad-usage' })
  await expect(run('a', 'b', '--out', 'x')).rejects.toMatchObject({ message: expect.stringMatching(/quote the glob/) })
  await expect(run(docs, '--out', 'x', '--links', 'other')).rejects.toMatchObject({ code: 'bad-usage' })
  await expect(run(docs, '--out', 'x', '--credits', 'none.json')).rejects.toMatchObject({ code: 'bad-usage' })
  await expect(run(docs, '--out', 'x', '--model', 'none')).rejects.toMatchObject({ code: 'model-not-found' })
  await expect(run(docs, '--out', join(folder, 'x'), '--words-only')).rejects.toMatchObject({
    code: 'nothing-to-index',
  })
})
