import { parseLines, plainName } from './lines.js'
import { asId, asObject, isHeader } from './texts.js'

/** Query id → passage id → grade. */
export type AllQrels = Map<string, Map<string, number>>

/**
 * Reads judgments: TREC's `qid 0 pid grade` (also T2Ranking's, Multi-CPR's and MS MARCO's), BEIR's `query-id corpus-id
 * score`, pairs `qid pid` of relevant passages, or JSON lines `{"query-id", "corpus-id", "score"}`. Columns are
 * separated by blanks; a header is skipped.
 * @throws RerankError bad-data with file and line, also for a passage that is judged twice and differently
 */
export async function readQrels(path: string): Promise<AllQrels> {
  const parse = /\.jsonl?$/.test(plainName(path)) ? parseJson : parseColumns
  const all: AllQrels = new Map()
  const add = (line: string, number: number) => {
    const judgment = parse(line, number)
    if (judgment === undefined) return
    const [query, passage, grade] = judgment
    const grades = all.get(query) ?? new Map<string, number>()
    if ((grades.get(passage) ?? grade) !== grade) {
      throw new TypeError(`${passage} was judged ${grades.get(passage)} before for query ${query}`)
    }
    all.set(query, grades.set(passage, grade))
  }
  for await (const _ of parseLines(path, add));
  return all
}

type Judgment = [query: string, passage: string, grade: number]

function parseColumns(line: string, number: number): Judgment | undefined {
  const columns = line.trim().split(/\s+/)
  if (number === 1 && isHeader(columns[0]!)) return undefined
  const [query, second, third, fourth] = columns as [string, string, string, string]
  if (columns.length === 4) return [query, third, asGrade(fourth)]
  if (columns.length === 3) return [query, second, asGrade(third)]
  if (columns.length === 2) return [query, second, 1]
  throw new TypeError(
    `it has ${columns.length} columns, not "qid 0 pid grade", "query-id corpus-id score" or "qid pid"`,
  )
}

function parseJson(line: string): Judgment {
  const judgment = asObject(JSON.parse(line), 'the line')
  return [
    asId(judgment['query-id'], 'query-id'),
    asId(judgment['corpus-id'], 'corpus-id'),
    asGrade(String(judgment.score ?? 1)),
  ]
}

function asGrade(column: string): number {
  const grade = Number(column)
  if (column === '' || !Number.isInteger(grade)) {
    throw new TypeError(`the grade ${JSON.stringify(column)} is not a whole number`)
  }
  return grade
}
