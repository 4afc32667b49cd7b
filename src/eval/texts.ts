import { type Parsed, parseLines, plainName } from './lines.js'

/** A line of a corpus or of a file of queries. */
export interface Text {
  id: string
  title: string
  text: string
}

/**
 * Reads a corpus or queries, line by line: `.jsonl` in BEIR's form `{"_id", "title", "text"}`, anything else as
 * tab-separated `id, text` (MS MARCO, T2Ranking, Multi-CPR; a header is skipped) or `id, url, title, text` (MS MARCO's
 * documents).
 * @throws RerankError bad-data with file and line
 */
export async function* readTexts(path: string): AsyncGenerator<Parsed<Text>, void, undefined> {
  const parse = textParser(path)
  for await (const parsed of parseLines(path, parse)) {
    if (parsed.value !== undefined) yield parsed as Parsed<Text>
  }
}

/** @returns a parser of the file's lines; it returns undefined for a header */
export function textParser(path: string): (line: string, number?: number) => Text | undefined {
  return /\.jsonl?$/.test(plainName(path)) ? parseJson : parseColumns
}

function parseJson(line: string): Text {
  const { _id, title = '', text } = asObject(JSON.parse(line), 'the line')
  if (typeof text !== 'string') throw new TypeError('text is not a string')
  if (typeof title !== 'string' && title !== null) throw new TypeError('title is not a string')
  return { id: asId(_id, '_id'), title: title ?? '', text }
}

function parseColumns(line: string, number = 0): Text | undefined {
  const columns = line.split('\t')
  if (number === 1 && isHeader(columns[0]!)) return undefined
  const [id, second, title, text] = columns as [string, string, string, string]
  if (id === '') throw new TypeError('the first column, the id, is empty')
  if (columns.length === 2) return { id, title: '', text: second }
  if (columns.length === 4) return { id, title, text }
  throw new TypeError(
    `it has ${columns.length} columns, not the two of "id, text" or the four of "id, url, title, text"`,
  )
}

export function isHeader(firstColumn: string): boolean {
  return /^(_?id|[qpd]id|doc_?id|(query|corpus|passage|doc)[-_]id)$/i.test(firstColumn)
}

/** @throws TypeError */
export function asObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${where} is not an object`)
  return value as Record<string, unknown>
}

/** @throws TypeError */
export function asId(value: unknown, where: string): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError(`${where} is not a string`)
  return String(value)
}
