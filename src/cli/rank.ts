import { addAbortSignal } from 'node:stream'
import { RerankError } from '../api/errors.js'
import type { Passage, Ranking } from '../api/ranking.js'
import { toolError } from '../api/toolErrors.js'
import { decodeLine, splitLines } from '../eval/lines.js'
import { type CommandSpec, usageError } from './command.js'
import { print, printError, progress } from './output.js'
import { openReranker, rerankerOptions, rerankerSettings } from './reranker.js'

const options = {
  model: { value: '<folder|name>', about: 'A converted model. Required.' },
  ...rerankerOptions,
  views: { about: "Also print each view's score and the signals that were fused." },
} as const

export const rankCommand: CommandSpec<typeof options> = {
  name: 'rank',
  summary: 'Rank passages by their relevance to a query: JSON lines in, JSON lines out.',
  usage: '--model <folder|name> [options] < in.jsonl > out.jsonl',
  options,
  details: `
Input, per line:   {"query": string, "passages": [string | {"id"?, "title"?, "text", "firstStageScore"?, "vector"?, ...}]}
Output, per line:  {"results": [{"index", "id", "score"}]}, best first, in the order of the input.
  "index" is the place in "passages", from 0. "id" is present if the passage has one. If a passage was read in windows,
  "window": {"start", "end"} is the part of its text that counted. With --views, there is also "views": [score, ...]
  and, if any were fused, "signals": {"mvp", "cosine"?, "lateInteraction"?, "firstStage"?}.
  Scores depend on the whole list: compare them only within a line.
A line that cannot be ranked yields {"error": {"code", "message"}} in its place and a message with its number on stderr.
The run goes on.

Exit code: 0 all lines ranked; 1 some failed, or the run was cut short; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank rank --model mvp-mini < in.jsonl > out.jsonl',
    `echo '{"query": "how do plants eat", "passages": ["Sunlight feeds plants.", "Cats sleep."]}' | mvp-rerank rank --model ./my-model`,
  ],

  async run(values, { signal }) {
    if (values.model === undefined) throw usageError('--model is missing', 'rank')
    const settings = rerankerSettings('rank', values.model, values)
    const reranker = await openReranker(settings, signal)
    const explain = values.views ?? false
    let lines = 0
    let failed = 0
    try {
      for await (const line of splitLines(addAbortSignal(signal, process.stdin))) {
        lines++
        let answer: object
        try {
          const { query, passages } = parseLine(line)
          answer = toAnswer(await reranker.rank(query, passages, { ...settings.rank, explain, signal }))
        } catch (error) {
          // Any other error is an interrupt or a bug, not a fault of the line.
          if (!(error instanceof RerankError)) throw error
          failed++
          printError(error, `line ${lines}`)
          answer = { error: { code: error.code, message: error.message } }
        }
        await print(`${JSON.stringify(answer)}\n`)
        progress.update(`${lines} lines${failed > 0 ? `, ${failed} failed` : ''}`)
      }
    } finally {
      progress.clear()
      await reranker.dispose()
    }
    return failed > 0 ? 1 : 0
  },
}

/** Checks the line's form; the reranker checks `query` and `passages`. @throws RerankError bad-line */
function parseLine(line: Uint8Array): { query: string; passages: Passage[] } {
  let value: unknown
  try {
    value = JSON.parse(decodeLine(line))
  } catch (cause) {
    throw toolError('bad-line', `not JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof value !== 'object' || value === null || !('query' in value) || !('passages' in value)) {
    throw toolError('bad-line', 'not an object with "query" and "passages"')
  }
  if (!Array.isArray(value.passages)) throw toolError('bad-line', '"passages" is not a list')
  return value as { query: string; passages: Passage[] }
}

function toAnswer({ results }: Ranking): object {
  return {
    results: results.map(({ index, id, score, window, views, signals }) => ({
      index,
      id,
      score,
      ...(window && { window }),
      ...(views && { views }),
      ...(signals && { signals }),
    })),
  }
}
