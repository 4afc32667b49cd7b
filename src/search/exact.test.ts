import { expect, it } from 'vitest'
import { toCodes } from './codes.js'
import { contextOf } from './context.js'
import { exactFirst } from './exactFirst.js'
import { isAnswered } from './isAnswered.js'
import type { IndexedPage, IndexedSection } from './packedIndex.js'
import { memoryIndex } from './testing.js'

const pages: IndexedPage[] = [
  { title: 'Server', url: 'en/server', filters: { version: ['5.x'], language: ['en'] } },
  { title: 'Hooks', url: 'en/hooks', filters: { version: ['4.x'], language: ['en'] } },
  { title: 'Client', url: 'de/client', filters: { language: ['de'] } },
  { title: 'Licence', url: 'licence', filters: {} },
]
const sections: IndexedSection[] = [
  { page: 0, anchor: '', path: [], text: 'How a server is made and closed.' },
  { page: 0, anchor: 'close', path: ['close'], text: 'Stops the server at once.' },
  { page: 0, anchor: 'handler', path: ['app.setErrorHandler(handler)'], text: 'Answers what a route throws.' },
  { page: 1, anchor: 'onclose', path: ['onClose hook'], text: 'Called at the close of a server: close, close, close.' },
  { page: 1, anchor: 'errors', path: ['Errors'], text: 'E_TIMEOUT means that an answer took too long.' },
  { page: 2, anchor: 'ende', path: ['Ende'], text: 'Der Server antwortet nicht mehr.' },
  { page: 3, anchor: 'terms', path: ['Terms'], text: 'The server is free.' },
]
const { index } = memoryIndex(pages, sections, {
  filters: { version: ['5.x', '4.x'], language: ['en', 'de'] },
  embeddings: { model: 'small', width: 8 },
})
const [away, near] = [-1, 1].map(sign => new Float32Array(8).fill(sign))
index.addEmbeddings(toCodes(sections.map((_, place) => (place === 5 ? near! : away!))))

const named = (query: string, vector?: Float32Array) =>
  index
    .query(query, vector ? { vector } : {})
    .candidates.filter(({ exact }) => exact)
    .map(({ exact, path }) => `${exact}: ${path.at(-1)}`)

it.each([
  ['close', ['heading: close']],
  ['Close', ['heading: close']],
  ['Server', ['title: Server']],
  ['app.setErrorHandler', ['identifier: app.setErrorHandler(handler)']],
  ['setErrorHandler', ['identifier: app.setErrorHandler(handler)']],
  ['E_TIMEOUT', ['identifier: Errors']],
  ['how do I close the server', []],
  ['throws', []],
])('“%s” names what it is', (query, wanted) => {
  expect(named(query)).toEqual(wanted)
})

const manual = ['stash', 'reflog', 'rev-parse', 'merge', 'fetch'].map(name => `git-${name}(1) Manual Page`)
const commands = memoryIndex(
  [...manual, 'Git glossary'].map((title, i) => ({ title, url: `page${i}`, filters: {} })),
  [
    ...manual.map((_, page) => ({
      page,
      anchor: '',
      path: [],
      text: 'What the command does with a stash and reflogs.',
    })),
    { page: 5, anchor: 'stash', path: ['stash entry'], text: 'A stash entry: what a stash keeps of a stash.' },
    { page: 5, anchor: 'api', path: ['repo.reflog(options) => ReflogList'], text: 'Lists.' },
    { page: 5, anchor: 'list', path: ['ReflogList'], text: 'A list of reflogs; ReflogList, reflog.' },
  ],
).index

it.each([
  ['stash', ['title: git-stash(1) Manual Page']],
  ['rev-parse', ['title: git-rev-parse(1) Manual Page']],
  ['merge', ['title: git-merge(1) Manual Page']],
  ['reflog', ['title: git-reflog(1) Manual Page', 'identifier: repo.reflog(options) => ReflogList']],
  ['git', []],
  ['manual page', []],
])('“%s” names a page by its title without what all titles share, and a function by its name', (query, wanted) => {
  const { candidates } = commands.query(query)
  expect(candidates.filter(({ exact }) => exact).map(({ exact, path }) => `${exact}: ${path.at(-1)}`)).toEqual(wanted)
})

it.each(['server \u00AD', '\u2060 close \u00AD "', '\u200B- server'])(
  'a query with invisible pieces, %j, ends',
  query => {
    expect(index.query(query).candidates.length).toBeGreaterThan(0)
  },
)

it('what a query names stands first, however near another meaning is, and after any reranking', () => {
  const { candidates } = index.query('close', { vector: near! })
  expect(candidates[0]).toMatchObject({ path: ['Server', 'close'], exact: 'heading' })
  const last = candidates.map((_, place) => place).reverse()
  expect(exactFirst(last, candidates)).toEqual([0, ...last.slice(0, -1)])
  // In a ranking that has not come to it yet, too.
  expect(exactFirst([2], candidates)).toEqual([0, 2])
})

it('a corrected query names what it means', () => {
  const { candidates, corrected } = index.query('setErorHandler')
  expect(corrected).toBe('setErrorHandler')
  expect(candidates[0]).toMatchObject({ exact: 'identifier', path: ['Server', 'app.setErrorHandler(handler)'] })
  expect(index.query('serber').corrected).toBe('server')
  expect(index.query('serber', { correct: false })).not.toHaveProperty('corrected')
})

it('tells how much of a query its best section covers', () => {
  expect(index.query('close').covered).toBe(1)
  expect(index.query('potato soup').covered).toBe(0)
  const half = index.query('server potato').covered
  expect(half).toBeGreaterThan(0)
  expect(half).toBeLessThan(0.5)
})

it('a page’s own version and language leave out others, and no page that has none', () => {
  const found = (context: Record<string, string[]>, filters = {}) => {
    const { candidates, context: applied } = index.query('server', { context, filters })
    return { urls: [...new Set(candidates.map(({ url }) => url.split('#')[0]))].sort(), applied }
  }
  expect(found({ version: ['5.x'], language: ['en-GB'] })).toEqual({
    urls: ['en/server', 'licence'],
    applied: { version: ['5.x'], language: ['en'] },
  })
  expect(found({ language: ['fr'], version: ['6.x'] }).applied).toEqual({})
  expect(found({ version: ['5.x'] }, { version: [] }).urls).toEqual(['de/client', 'en/hooks', 'en/server', 'licence'])
  expect(found({ version: ['5.x'] }, { version: ['4.x'] }).urls).toEqual(['en/hooks'])
  expect(index.query('server', { context: { version: ['5.x'] } }).facets.version).toContainEqual({
    value: '4.x',
    count: 1,
  })
})

it('languages are the same by their first part, or to the letter where the index tells regions apart', () => {
  const known = { language: ['en-US', 'en-GB', 'de'] }
  expect(contextOf({ language: ['en-GB'] }, {}, known)).toEqual({ language: ['en-GB'] })
  expect(contextOf({ language: ['EN'] }, {}, known)).toEqual({ language: ['en-US', 'en-GB'] })
  expect(contextOf({ language: ['e'] }, {}, known)).toEqual({})
})

it('a list without signs of an answer has none; without weights every list may', () => {
  const info = (answer?: object) => ({ fusion: { mode: 'embed', weights: {}, ...(answer && { answer }) } }) as never
  const weights = { bias: -9.09, covered: 10.19, cosine: 11.74, lateInteraction: 7.51 }
  const results = (cosine: number, lateInteraction: number) => [{ signals: { cosine, lateInteraction } }] as never
  expect(isAnswered(info(weights), { covered: 1 }, results(0.3, 0.7))).toBe(true)
  expect(isAnswered(info(weights), { covered: 0.3 }, results(0.7, 0.8))).toBe(true)
  expect(isAnswered(info(weights), { covered: 0.2 }, results(0.2, 0.3))).toBe(false)
  expect(isAnswered(info(), { covered: 0 }, results(0, 0))).toBe(true)
  expect(isAnswered(info(weights), { covered: 0 }, [] as never)).toBe(true)
})

it('a page comes first by the name before the description in its title', () => {
  const { index } = memoryIndex(
    [
      { title: 'What is new', url: 'new', filters: {} },
      { title: 'heapq — Heap queues', url: 'heapq', filters: {} },
    ],
    [
      { page: 0, anchor: 'heapq', path: ['Modules', 'heapq'], text: 'The heapq module is faster.' },
      { page: 1, anchor: '', path: [], text: 'Keeps the smallest item of a list at its beginning.' },
    ],
  )
  const [first] = index.query('heapq').candidates
  expect(first).toMatchObject({ url: 'heapq', exact: 'title' })
})

it('function words of a query count where a heading has the query as typed', () => {
  const paths = ['ASYNC_GEN_WRAP', 'Async and await', 'The async for statement', 'END_ASYNC']
  const { index } = memoryIndex(
    [{ title: 'Reference', url: 'reference', filters: {} }],
    paths.map((heading, i) => ({ page: 0, anchor: `${i}`, path: [heading], text: 'Runs async.' })),
  )
  expect(index.query('async for').candidates[0]!.path.at(-1)).toBe('The async for statement')
})

it('a corrected word counts in a title as if it had been typed', () => {
  const { index } = memoryIndex(
    [
      { title: 'Manual', url: 'manual', filters: {} },
      { title: 'git-rebase', url: 'rebase', filters: {} },
    ],
    [
      {
        page: 0,
        anchor: 'keep',
        path: ['Keeping patches up to date using git rebase'],
        text: 'git rebase, git rebase.',
      },
      { page: 1, anchor: '', path: [], text: 'Applies commits on top of another base.' },
    ],
  )
  const { candidates, corrected } = index.query('git rebsae')
  expect(corrected).toBe('git rebase')
  expect(candidates[0]!.url).toBe('rebase')
})
