import { getHeapStatistics } from 'node:v8'
import { RerankError } from '../errors.js'
import { QueryIndex } from './bm25.js'
import { StoredLines } from './storedLines.js'
import { readTexts, type Text, textParser } from './texts.js'

/** A corpus on disk, searched by BM25. */
export interface CorpusIndex {
  search(query: string, limit: number): (Text & { firstStageScore: number })[]
  close(): void
}

/** Share of the heap beyond which V8 is about to give up, without a word to us. */
const HEAP_LIMIT = 0.92
const CHECK_EVERY = 2048

/**
 * Indexes a corpus for known queries, in one pass. Its texts stay on disk.
 * @throws RerankError bad-data; out-of-memory before the heap is full
 */
export async function indexCorpus(
  path: string,
  queries: Iterable<string>,
  onProgress: (passages: number) => void = () => {},
): Promise<CorpusIndex> {
  const index = new QueryIndex(queries)
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
    lines.keep(parsed)
    index.add(title, text)
    if (index.size % CHECK_EVERY === 0) {
      refuseFullHeap(path, index.size)
      onProgress(index.size)
    }
  }
  ids.clear()
  const parse = textParser(path)
  return {
    search: (query, limit) =>
      index.search(query, limit).map(({ place, score }) => ({ ...parse(lines.read(place))!, firstStageScore: score })),
    close: () => lines.close(),
  }
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
