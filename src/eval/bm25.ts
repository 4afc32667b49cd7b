import { getHeapStatistics } from 'node:v8'
import MiniSearch from 'minisearch'
import { RerankError } from '../errors.js'
import { isStopWord, termsOf, wordsOf } from '../search/terms.js'
import { StoredLines } from './storedLines.js'
import { readTexts, type Text, textParser } from './texts.js'

/** A passage of the corpus as the first stage found it. */
export interface Found {
  id: string
  title: string
  text: string
  firstStageScore: number
}

export interface Bm25 {
  search(query: string, limit: number): Found[]
  /** Passages indexed. */
  size: number
  close(): void
}

interface Indexed {
  id: number
  title: string
  text: string
}

/** Share of the heap beyond which V8 is about to give up, without a word to us. */
const HEAP_LIMIT = 0.92
const CHECK_EVERY = 2048

/**
 * Indexes a corpus for known queries, with the words, stop words and BM25+ of the site's search (MiniSearch), but whole words alone: guessing at
 * prefixes and misspellings is for people who type. Only terms that some query has are kept, and no text: the corpus may be far larger
 * than memory. Scores are the same as with all terms: a field's length counts all of its words.
 * @throws RerankError bad-data; out-of-memory before the heap is full
 */
export async function indexForQueries(
  path: string,
  queries: Iterable<string>,
  onProgress: (passages: number) => void = () => {},
): Promise<Bm25> {
  const wanted = new Set<string>()
  for (const query of queries) for (const word of queryWords(query)) for (const term of termsOf(word)) wanted.add(term)
  const index = new MiniSearch<Indexed>({
    fields: ['title', 'text'],
    tokenize: tokens,
    processTerm: word => {
      const terms = termsOf(word).filter(term => wanted.has(term))
      return terms.length === 0 ? null : terms
    },
    searchOptions: { combineWith: 'OR' },
  })
  const lines = new StoredLines(path)
  const ids = new Set<string>()
  for await (const parsed of readTexts(path)) {
    const { id, title, text } = parsed.value
    if (ids.has(id)) {
      throw new RerankError('bad-data', `${path}:${parsed.number}: the id ${JSON.stringify(id)} was there before`, {
        index: parsed.number,
      })
    }
    ids.add(id)
    index.add({ id: lines.keep(parsed), title, text })
    if (ids.size % CHECK_EVERY === 0) {
      refuseFullHeap(path, ids.size)
      onProgress(ids.size)
    }
  }
  ids.clear()
  const parse = textParser(path)
  return {
    size: lines.size,
    search: (query, limit) =>
      index
        .search(queryWords(query).join(' '))
        .slice(0, limit)
        .map(({ id, score }) => ({ ...(parse(lines.read(id)) as Text), firstStageScore: score })),
    close: () => lines.close(),
  }
}

function queryWords(query: string): string[] {
  const words = tokens(query)
  const telling = words.filter(word => !isStopWord(word))
  return telling.length > 0 ? telling : words
}

/** Scripts that are written without blanks between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu

/** Words; text without blanks between words as pairs of neighbouring characters, as search engines do. */
function tokens(text: string): string[] {
  return wordsOf(text).flatMap(word => {
    const pieces = word.replace(UNSPACED, run => ` ${pairs(run).join(' ')} `)
    return pieces === word ? [word] : pieces.trim().split(/ +/)
  })
}

function pairs(run: string): string[] {
  const characters = [...run]
  if (characters.length < 3) return [run]
  return characters.slice(1).map((character, i) => characters[i]! + character)
}

function refuseFullHeap(path: string, passages: number): void {
  const { used_heap_size, heap_size_limit } = getHeapStatistics()
  if (used_heap_size < HEAP_LIMIT * heap_size_limit) return
  throw new RerankError(
    'out-of-memory',
    `the heap of ${Math.round(heap_size_limit / 2 ** 20)} MiB is full after ${passages} passages of ${path}`,
    {
      remedy:
        'Give Node more (NODE_OPTIONS=--max-old-space-size=<MiB>), or pass a first stage of your own as --candidates.',
    },
  )
}
