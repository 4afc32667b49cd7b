import { parseLines } from './lines.js'
import type { AllQrels } from './qrels.js'
import type { EvalCandidate, EvalData } from './queries.js'
import { StoredLines } from './storedLines.js'
import { isHeader } from './texts.js'

/**
 * Reads MS MARCO's `top1000.*.tsv`: lines of `qid, pid, query, passage`, in any order. A query's candidates are in the
 * order of their lines. Passages stay on disk.
 * @param qrels queries without judgments are skipped
 * @throws RerankError bad-data with file and line
 */
export async function readTopFile(path: string, qrels: AllQrels): Promise<EvalData> {
  const lines = new StoredLines(path)
  const queries = new Map<string, { text: string; places: number[] }>()
  for await (const parsed of parseLines(path, parseColumns)) {
    if (parsed.value === undefined) continue
    const { queryId, queryText } = parsed.value
    if (!qrels.has(queryId)) continue
    const query = queries.get(queryId) ?? { text: queryText, places: [] }
    query.places.push(lines.keep(parsed))
    queries.set(queryId, query)
  }
  const candidate = (place: number): EvalCandidate => {
    const { id, text } = parseColumns(lines.read(place))!
    return { id, title: '', text }
  }
  async function* inOrder() {
    try {
      for (const [id, { text, places }] of queries) {
        // A duplicate passage counts once, at its first place.
        const candidates = async () =>
          [...new Map(places.toReversed().map(place => [candidate(place).id, place])).values()]
            .sort((a, b) => a - b)
            .map(candidate)
        yield { id, text, qrels: qrels.get(id)!, candidates }
      }
    } finally {
      lines.close()
    }
  }
  return { queries: inOrder(), total: queries.size, firstStage: 'first stage' }
}

function parseColumns(
  line: string,
  number = 0,
): { queryId: string; id: string; queryText: string; text: string } | undefined {
  const columns = line.split('\t')
  if (number === 1 && isHeader(columns[0]!)) return undefined
  if (columns.length !== 4)
    throw new TypeError(`it has ${columns.length} columns, not the four of "qid, pid, query, passage"`)
  const [queryId, id, queryText, text] = columns as [string, string, string, string]
  return { queryId, id, queryText, text }
}
