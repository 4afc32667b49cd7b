import { getHeapStatistics } from 'node:v8'
import { RerankError } from '../api/errors.js'
import { toolError } from '../api/toolErrors.js'
import { QueryIndex } from './bm25.js'
import { StoredLines } from './storedLines.js'
import { readTexts, type Text, textParser } from './texts.js'

/** A corpus on disk, searched by BM25. */
export interface CorpusIndex {
  search(query: string, limit: number): (Text & { firstStageScore: number })[]
  close(): void
}

/**
 * The share of the old generation that may be full. Beyond it, V8 may run out of memory and end the process, because a
 * growing map is copied into one of twice the size.
 */
const HEAP_LIMIT = 0.75
/** V8's limit includes the young generation, which holds nothing for long. */
const YOUNG_BYTES = 48 * 2 ** 20
const CHECK_EVERY = 1024

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
      throw toolError('bad-data', `${path}:${parsed.number}: the id ${JSON.stringify(id)} was there before`, {
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
  const limit = heap_size_limit - YOUNG_BYTES
  if (used_heap_size < HEAP_LIMIT * limit) return
  throw new RerankError(
    'out-of-memory',
    `the heap of ${Math.round(limit / 2 ** 20)} MiB is too small: it was ${HEAP_LIMIT * 100} % full after ${passages} passages of ${path}`,
    {
      remedy:
        'Give Node more (NODE_OPTIONS=--max-old-space-size=<MiB>), or pass a first stage of your own as --candidates.',
    },
  )
}
