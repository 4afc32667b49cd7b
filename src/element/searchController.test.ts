import { beforeAll, expect, it, vi } from 'vitest'
import { RerankError } from '../api/errors.js'
import type { EmbedOptions, Ranking, RankOptions, Reranker, WordMatch } from '../api/ranking.js'
import type { Candidate, QueryOptions, SiteSearch } from '../api/search.js'
import { bestParts } from './result.js'
import type { SearchController } from './searchController.js'
import type { SearchState } from './searchState.js'

/** A long section's three parts, and two sections between them; best first by words. */
const found = [0, 1, 0, 3, 0].map((section, id) => candidate(id, section))

let Session: typeof SearchController
beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: true }))
  await (await import('./packageEntry.js')).loadPackage()
  Session = (await import('./searchController.js')).SearchController
}, 60_000)

function candidate(id: number, section: number): Candidate {
  return {
    id,
    section,
    url: `/server#${section}`,
    title: 'Server',
    path: ['Server', `Section ${section}`],
    text: `Part ${id}.`,
    filters: {},
    score: 9 - id,
    source: 'words',
    terms: [],
  }
}

/** What is shown: each row with the part that it shows. */
const shown = ({ results }: SearchState) => results.map(({ candidate }) => `${candidate.section}: ${candidate.text}`)

const sessionOver = (index: SiteSearch, reranker: () => Reranker | undefined) =>
  new Session(
    async () => index,
    reranker,
    5,
    () => ({}),
    () => undefined,
    () => undefined,
  )

const embedTokens = async (texts: string[], { tokens }: EmbedOptions) =>
  texts.map(() => new Float32Array(tokens ? 6 : 2))

const rankAsGiven = async (_: string, list: unknown[]) => ({
  results: list.map((_, index) => ({ index })),
  done: true,
  encoded: list.length,
  total: list.length,
})

/** A session over `found`, and a model that gives the orders that are asked of it. */
function start(limit = 20, kept: () => number | undefined = () => undefined) {
  const index = {
    query: async () => ({ candidates: found, total: 3, facets: {}, suggestions: [] }),
    info: {},
  } as unknown as SiteSearch
  let options: RankOptions = {}
  let finish: (ranking: Ranking) => void = () => undefined
  const passages: string[] = []
  const reranker = {
    info: {},
    embed: () => Promise.reject(Object.assign(new Error(), { code: 'unsupported' })),
    rank: (_: string, list: { text: string }[], given: RankOptions) => {
      options = given
      passages.push(...list.map(({ text }) => text))
      return new Promise<Ranking>(resolve => {
        finish = resolve
      })
    },
  } as unknown as Reranker
  const moves: boolean[] = []
  const session = new Session(
    async () => index,
    () => reranker,
    limit,
    () => ({}),
    kept,
    moved => moves.push(moved),
  )
  const order = (...places: number[]) =>
    ({ results: places.map(index => ({ index })), encoded: places.length, total: found.length }) as unknown as Ranking
  return {
    session,
    passages,
    moves,
    search: async () => {
      await session.search('close the server')
      await vi.waitFor(() => expect(passages).not.toEqual([]))
    },
    partial: async (...places: number[]) => {
      const before = session.state.read
      options.onPartial?.(order(...places))
      await vi.waitFor(() => expect(session.state.read).not.toBe(before))
    },
    finish: async (...places: number[]) => {
      finish(order(...places))
      await vi.waitFor(() => expect(session.state.phase).toBe('ranked'))
    },
  }
}

it('takes of each section the part that stands highest, in its place', () => {
  const results = found.map(candidate => ({ candidate }))
  const order = [3, 4, 1, 0, 2].map(i => results[i]!)
  expect(bestParts(order).map(({ candidate }) => candidate.id)).toEqual([3, 4, 1])
})

it('shows a section once, by words and at every step of the ranking, and lets the model read all of its parts', async () => {
  const { session, search, partial, finish, passages, moves } = start()
  await search()
  expect(shown(session.state)).toEqual(['0: Part 0.', '1: Part 1.', '3: Part 3.'])
  expect(passages).toHaveLength(5)
  expect(session.state).toMatchObject({ toRead: 5, total: 3 })
  moves.length = 0
  // Another part of it is better than the one that words preferred: its row is the same, and does not move.
  await partial(2, 0)
  expect(shown(session.state)).toEqual(['0: Part 2.', '1: Part 1.', '3: Part 3.'])
  expect(moves).not.toContain(true)
  await partial(3, 2, 0)
  expect(shown(session.state)).toEqual(['3: Part 3.', '0: Part 2.', '1: Part 1.'])
  await finish(3, 1, 4, 2, 0)
  expect(shown(session.state)).toEqual(['3: Part 3.', '1: Part 1.', '0: Part 4.'])
})

it('counts sections, not parts, as results', async () => {
  const { session, search, finish, moves } = start(2)
  await search()
  await finish(0, 1, 2, 3, 4)
  expect(session.state.results).toHaveLength(3)
  // Which part stands third is nothing that is seen where two sections are shown.
  expect(moves).not.toContain(true)
})

it('keeps the row under a resting pointer in its place, whichever part it shows', async () => {
  const { session, search, finish } = start(20, () => 0)
  await search()
  await finish(3, 1, 4, 2, 0)
  expect(shown(session.state)).toEqual(['0: Part 4.', '3: Part 3.', '1: Part 1.'])
  expect(session.state.betterHeld).toBe(true)
})

it('holds even the parts still for whoever moves through the list, and offers no order that looks the same', async () => {
  const { session, search, finish } = start()
  await search()
  session.engage()
  await finish(2, 0, 1, 3, 4)
  expect(shown(session.state)).toEqual(['0: Part 0.', '1: Part 1.', '3: Part 3.'])
  expect(session.state.betterHeld).toBe(false)
})

it('takes the better parts with the better order', async () => {
  const { session, search, finish } = start()
  await search()
  session.engage()
  await finish(3, 2, 0, 1, 4)
  expect(session.state.betterHeld).toBe(true)
  session.showBetterOrder()
  expect(shown(session.state)).toEqual(['3: Part 3.', '0: Part 2.', '1: Part 1.'])
})

it('orders at once by the meaning of the query, before the model reads', async () => {
  const many = Array.from({ length: 30 }, (_, id) => candidate(id, id))
  const better = many.toReversed().map(found => ({ ...found, semantic: { cosine: 0.5, lateInteraction: 0.5 } }))
  const asked: QueryOptions[] = []
  const index = {
    query: async (_: string, options: QueryOptions) => {
      asked.push(options)
      return { candidates: options.vector ? better : many, total: 30, facets: {}, suggestions: [], covered: 1 }
    },
    info: { embeddings: { model: 'small', width: 2 }, tokens: { bytes: 9 } },
  } as unknown as SiteSearch
  const read: number[] = []
  const reranker = {
    info: { model: 'small' },
    embed: embedTokens,
    rank: async (_: string, list: { id: number }[]) => {
      read.push(...list.map(({ id }) => id))
      // The second is the best.
      const results = [1, 0, ...list.keys()].slice(0, 2).map(index => ({ index }))
      return { results, done: true, encoded: list.length, total: list.length }
    },
  } as unknown as Reranker
  const session = sessionOver(index, () => reranker)
  const ids = () => session.state.results.map(({ candidate }) => candidate.id)
  await session.search('close')
  await vi.waitFor(() => expect(ids().slice(0, 3)).toEqual([29, 28, 27]))
  // Before the pause after which the model reads.
  expect(read).toEqual([])
  expect(session.state).toMatchObject({ phase: 'words', byMeaning: true })
  await vi.waitFor(() => expect(session.state.phase).toBe('ranked'))
  // Of an order by late interaction, the model reads the head. The others follow.
  expect(read).toEqual(better.slice(0, 16).map(({ id }) => id))
  expect(session.state).toMatchObject({ read: 16, toRead: 16 })
  expect(ids().slice(0, 3)).toEqual([28, 29, 27])
  expect(ids()).toHaveLength(30)
  // The query was embedded once, with its tokens.
  expect(asked.flatMap(({ vector }) => vector?.length ?? [])).toEqual([6])
})

it.each([
  ['reads the head once late codes of tokens have arrived', true, 16],
  ['reads every candidate where the codes of tokens do not come within a second', false, 30],
])('%s', async (_, come, read) => {
  const many = Array.from({ length: 30 }, (_, id) => ({ ...candidate(id, id), semantic: { cosine: 0.5 } }))
  const ordered = many.toReversed().map(found => ({ ...found, semantic: { cosine: 0.5, lateInteraction: 0.5 } }))
  let arrived = false
  const index = {
    query: async (_: string, { limit, vector }: QueryOptions) => {
      if (limit === 0) await new Promise(resolve => setTimeout(resolve, come ? 300 : 5000))
      arrived ||= limit === 0
      return { candidates: vector && arrived ? ordered : many, total: 30, facets: {}, suggestions: [], covered: 1 }
    },
    info: { embeddings: { model: 'small', width: 2 }, tokens: { bytes: 9 } },
  } as unknown as SiteSearch
  const reranker = {
    info: { model: 'small' },
    embed: embedTokens,
    rank: rankAsGiven,
  } as unknown as Reranker
  const session = sessionOver(index, () => reranker)
  await session.search('close')
  await vi.waitFor(() => expect(session.state.phase).toBe('ranked'), 3000)
  expect(session.state.toRead).toBe(read)
})

it('fetches the codes of an index before the first query, once the model is there', async () => {
  const asked: [string, QueryOptions][] = []
  const index = {
    query: async (text: string, options: QueryOptions) => {
      asked.push([text, options])
      return { candidates: [], total: 0, facets: {}, suggestions: [], covered: 1 }
    },
    info: { embeddings: { model: 'small', width: 2 }, tokens: { bytes: 9 } },
  } as unknown as SiteSearch
  const reranker = {
    info: { model: 'small' },
    embed: embedTokens,
  } as unknown as Reranker
  let loaded: Reranker | undefined
  const session = sessionOver(index, () => loaded)
  await session.search('')
  expect(asked).toEqual([['', expect.not.objectContaining({ vector: expect.anything() })]])
  loaded = reranker
  session.modelReady()
  await vi.waitFor(() => expect(asked[1]).toEqual(['', { limit: 0, vector: new Float32Array(6) }]))

  // Another model's vectors are of no use.
  loaded = { ...reranker, info: { model: 'other' } } as unknown as Reranker
  session.modelReady()
  await new Promise(resolve => setTimeout(resolve))
  expect(asked).toHaveLength(2)
})

it('searches by meaning with a model that gives no vectors of tokens, in an index without their codes', async () => {
  const asked: QueryOptions[] = []
  const index = {
    query: async (_: string, options: QueryOptions) => {
      asked.push(options)
      return { candidates: found, total: 3, facets: {}, suggestions: [], covered: 1 }
    },
    info: { embeddings: { model: 'small', width: 2 } },
  } as unknown as SiteSearch
  const reranker = {
    info: { model: 'small', scoring: 'similarity' },
    embed: async (texts: string[], { tokens }: EmbedOptions) => {
      if (tokens) throw new RerankError('unsupported', 'No tokens.', { remedy: 'Leave out `tokens`.' })
      return texts.map(() => new Float32Array(2))
    },
    rank: rankAsGiven,
  } as unknown as Reranker
  const session = sessionOver(index, () => reranker)
  await session.search('close')
  await vi.waitFor(() => expect(session.state.phase).toBe('ranked'))
  expect(asked.flatMap(({ vector }) => vector?.length ?? [])).toEqual([2])
})

it('finds which words met, in places of the text; without an answer the row stays', async () => {
  const asked: unknown[] = []
  let answer = async (): Promise<WordMatch[][]> => [
    [
      { query: [0, 5], text: [0, 6], cosine: 0.4 },
      { query: [10, 16], text: [19, 23], cosine: 0.9 },
    ],
  ]
  const reranker = {
    matches: (...args: unknown[]) => {
      asked.push(args)
      return answer()
    },
    knownShares: async () => [0],
  } as unknown as Reranker
  const index = { query: async () => ({ candidates: found, total: 3 }), info: {} } as unknown as SiteSearch
  const session = sessionOver(index, () => reranker)
  await session.search('close the server')
  const [row] = session.state.results
  await session.findMet(row!)
  expect(asked).toEqual([['close the server', ['Server › Section 0 Part 0.']]])
  // The first is in the headings.
  expect(row!.met).toEqual([
    [-19, -13, { met: 'close' }],
    [0, 4, { met: 'server' }],
  ])
  answer = () => Promise.reject(new Error('lost'))
  const other = session.state.results[1]!
  await session.findMet(other)
  expect(other.met).toBeUndefined()
})

it('lets the model read nothing of a query that is still being typed', async () => {
  const { session, passages, search } = start()
  await session.search('clo')
  await search()
  expect(passages).toHaveLength(found.length)
})
