import { raceAbort } from '../util/abort.js'
import { Mutex } from '../util/mutex.js'
import { meanToken } from './clusteredTokens.js'
import type { EmbeddingProgressFile } from './embeddingProgressFile.js'
import type { PreviousIndex } from './previousIndex.js'
import { type TextCodes, type TokenCodeOptions, textCodes } from './textCodes.js'

/** A model that embeds. */
export interface Embedder {
  /** Its name. */
  model: string
  /** `info.weights` of its reranker. */
  weights: string
  width: number
  embed(texts: readonly string[]): Promise<Float32Array[]>
  /** For token codes: each text's embedding and then the vectors of its tokens, [1 + token, width]. */
  embedTokens?(texts: readonly string[]): Promise<Float32Array[]>
  /**
   * Tells how many texts follow, for which it may start threads.
   * @returns the number of calls that then run side by side; absent: 1
   */
  prepare?(texts: number): Promise<number>
  /** The codes of what `embed` or, given options for tokens, `embedTokens` returns; absent: they are made here. */
  codes?(texts: readonly string[], tokens: TokenCodeOptions | undefined): Promise<TextCodes[]>
}

/** Texts embedded between two reports of progress. */
const EMBED_CHUNK = 64

/** Texts from all over the corpus that the mean of its tokens is taken from. */
const MEAN_SAMPLE = 256

export interface CodesOptions {
  /** Most bytes of a text's token codes; absent: none are made. */
  tokenBytes?: number | undefined
  /**
   * @param done number of texts embedded, of `total`
   * @param share of the work done, by the length of the texts
   */
  onProgress: (done: number, total: number, share: number) => void
  /** Stops embedding after this time. @default no limit */
  seconds?: number | undefined
  signal?: AbortSignal | undefined
}

export interface Codes {
  /** Of each text, in order; empty if the time was over. */
  sections: TextCodes[]
  /** Of the corpus's tokens; absent without token codes. */
  mean?: Float32Array | undefined
  embedded: number
  /** Texts that were not reached in time. The codes of the others are kept for the next run. */
  unfinished: number
}

/**
 * The codes of each text. Those of the previous index or of an interrupted run are reused, and so is the mean that
 * token codes leave out.
 */
export async function codesOf(
  texts: readonly string[],
  embedder: Embedder,
  previous: PreviousIndex,
  progressFile: EmbeddingProgressFile,
  { tokenBytes, onProgress, seconds = Number.POSITIVE_INFINITY, signal }: CodesOptions,
): Promise<Codes> {
  const { weights, width } = embedder
  const end = performance.now() + 1000 * seconds
  const known = new Map<string, TextCodes>()
  const reused = new Map<string, TextCodes>()
  const missing = new Set<string>()
  for (const text of new Set(texts)) {
    const before = previous.codes(text, weights, tokenBytes)
    if (before) reused.set(text, before)
    const codes = before ?? (await progressFile.codes(text))
    if (codes) known.set(text, codes)
    else missing.add(text)
  }
  let mean = previous.mean(weights, tokenBytes) ?? progressFile.mean
  if (mean && !progressFile.mean && missing.size > 0) await progressFile.keepMean(mean)

  const embed = (chunk: readonly string[]): Promise<Float32Array[]> =>
    tokenBytes === undefined ? embedder.embed(chunk) : embedder.embedTokens!(chunk)
  const tokens = () => (mean && tokenBytes !== undefined ? { mean, mostBytes: tokenBytes } : undefined)
  const all = lengthOf([...missing])
  let embedded = 0
  let read = 0
  const file = new Mutex()
  const keep = async (chunk: readonly string[], made: readonly TextCodes[]) => {
    chunk.forEach((text, i) => {
      known.set(text, made[i]!)
    })
    await file.runExclusive(() => progressFile.keep(chunk, made))
    embedded += chunk.length
    read += lengthOf(chunk)
    onProgress(embedded, missing.size, read / all)
  }
  const atOnce = missing.size > 0 && seconds > 0 ? ((await embedder.prepare?.(missing.size)) ?? 1) : 1
  const forEach = <T>(items: readonly T[], task: (item: T, place: number) => Promise<void>) =>
    raceAbort(inParallel(items, atOnce, task, signal), signal)

  if (tokenBytes !== undefined && !mean && missing.size > 0 && seconds > 0) {
    const sample = inChunks(spread([...missing], MEAN_SAMPLE))
    const rows: Float32Array[][] = []
    await forEach(sample, async (chunk, place) => {
      rows[place] = await embed(chunk)
    })
    mean = meanToken(
      rows.flat().map(row => row.subarray(width)),
      width,
    )
    await progressFile.keepMean(mean)
    for (const [i, chunk] of sample.entries()) {
      await keep(
        chunk,
        rows[i]!.map(row => textCodes(row, width, tokens())),
      )
    }
  }
  const rest = inChunks([...missing].filter(text => !known.has(text)))
  await forEach(rest, async chunk => {
    if (performance.now() >= end) return
    const made = embedder.codes
      ? await embedder.codes(chunk, tokens())
      : (await embed(chunk)).map(row => textCodes(row, width, tokens()))
    await keep(chunk, made)
  })
  if (embedded === missing.size) return { sections: texts.map(text => known.get(text)!), mean, embedded, unfinished: 0 }
  // The index written now has no codes that the next run could reuse.
  if (reused.size > 0) await progressFile.keep([...reused.keys()], [...reused.values()])
  return { sections: [], embedded, unfinished: missing.size - embedded }
}

/** At most `atOnce` tasks at a time, begun in order. None begins after a failure or an abort. */
async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  task: (item: T, place: number) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const queue = items.entries()
  let failed = false
  const runner = async () => {
    for (let next = queue.next(); !next.done && !failed; next = queue.next()) {
      signal?.throwIfAborted()
      const [place, item] = next.value
      try {
        await task(item, place)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, runner))
}

/** At most `count` of them, from everywhere. */
function spread(texts: readonly string[], count: number): string[] {
  const step = Math.max(1, Math.floor(texts.length / count))
  return texts.filter((_, i) => i % step === 0).slice(0, count)
}

/** Sorted by length: texts of a batch then need little padding. */
function inChunks(texts: readonly string[]): string[][] {
  const sorted = texts.toSorted((a, b) => a.length - b.length)
  const chunks: string[][] = []
  for (let from = 0; from < sorted.length; from += EMBED_CHUNK) chunks.push(sorted.slice(from, from + EMBED_CHUNK))
  return chunks
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0)
}
