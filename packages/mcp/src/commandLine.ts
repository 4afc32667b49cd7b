import { parseArgs } from 'node:util'

export interface Settings {
  /** The folder of each index, by its name. */
  indexes: ReadonlyMap<string, string>
  /** Undefined: words alone. */
  model: string | undefined
  /** For reranking, in milliseconds. */
  timeout: number
  /** The longest text of a section that is answered, in characters. */
  maxCharacters: number
}

export const HELP = `mvp-rerank-mcp --index <name>=<folder> [--index …] [options]

An MCP server over stdio. It searches indexes that \`mvp-rerank index\` wrote, and reads their sections by id.

  --index <name>=<folder>    An index and the name by which clients ask for it; may be repeated. Required.
  --model <name|folder>      The model that reranks. Default: mvp-mini
  --words-only               Search by words, without a model.
  --timeout <ms>             Time limit for reranking; then the order so far is the answer. Default: 10000
  --max-characters <n>       Longest text of a section that is returned. Default: 20000
  --help                     Print this text.
`

/** Wrong arguments: the message is for the person at the command line. */
export class UsageError extends Error {}

/** @returns undefined if help is asked for. @throws UsageError */
export function readSettings(args: readonly string[]): Settings | undefined {
  const { index = [], model, help, timeout, ...rest } = parse(args)
  if (help) return undefined
  const wordsOnly = rest['words-only'] ?? false
  if (wordsOnly && model !== undefined) throw new UsageError('--words-only and --model exclude each other.')
  const indexes = new Map(index.map(readIndex))
  if (indexes.size === 0) throw new UsageError('--index <name>=<folder> is missing.')
  if (indexes.size < index.length) throw new UsageError('Two indexes have the same name.')
  return {
    indexes,
    model: wordsOnly ? undefined : (model ?? 'mvp-mini'),
    timeout: readCount('timeout', timeout, 10_000),
    maxCharacters: readCount('max-characters', rest['max-characters'], 20_000),
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        index: { type: 'string', multiple: true },
        model: { type: 'string' },
        'words-only': { type: 'boolean' },
        timeout: { type: 'string' },
        'max-characters': { type: 'string' },
        help: { type: 'boolean' },
      },
    })
    return values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function readIndex(text: string): [name: string, folder: string] {
  const [, name, folder] = /^([A-Za-z0-9_-]+)=(.+)$/.exec(text) ?? []
  if (name && folder) return [name, folder]
  throw new UsageError(`--index ${text}: write <name>=<folder>, with letters, digits, - and _ in the name.`)
}

function readCount(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new UsageError(`--${name} ${text}: write a whole number from 1 on.`)
}
