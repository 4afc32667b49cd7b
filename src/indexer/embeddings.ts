import { toCodes } from '../search/codes.js'
import { ClusteredTokens, meanToken } from './clusteredTokens.js'
import type { EmbeddingProgressFile } from './embeddingProgressFile.js'
import type { PreviousIndex } from './previousIndex.js'
import type { TextCodes } from './textCodes.js'

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

  const embed = async (chunk: readonly string[]): Promise<Float32Array[]> => {
    signal?.throwIfAborted()
    return tokenBytes === undefined ? embedder.embed(chunk) : embedder.embedTokens!(chunk)
  }
  const all = lengthOf([...missing])
  let embedded = 0
  let read = 0
  /** @param rows of each text, [1 + token, width] */
  const keep = async (chunk: readonly string[], rows: readonly Float32Array[]) => {
    const made = rows.map(row => ({
      code: toCodes([row.subarray(0, width)]),
      tokens:
        mean && tokenBytes !== undefined
          ? new ClusteredTokens(row.subarray(width), mean).codes(tokenBytes)
          : new Uint8Array(),
    }))
    chunk.forEach((text, i) => {
      known.set(text, made[i]!)
    })
    await progressFile.keep(chunk, made)
    embedded += chunk.length
    read += lengthOf(chunk)
    onProgress(embedded, missing.size, read / all)
  }

  if (tokenBytes !== undefined && !mean && missing.size > 0 && seconds > 0) {
    const sample = inChunks(spread([...missing], MEAN_SAMPLE))
    const rows: Float32Array[][] = []
    for (const chunk of sample) rows.push(await embed(chunk))
    mean = meanToken(
      rows.flat().map(row => row.subarray(width)),
      width,
    )
    await progressFile.keepMean(mean)
    for (const [i, chunk] of sample.entries()) await keep(chunk, rows[i]!)
  }
  for (const chunk of inChunks([...missing].filter(text => !known.has(text)))) {
    signal?.throwIfAborted()
    if (performance.now() >= end) {
      // The index written now has no codes that the next run could reuse.
      if (reused.size > 0) await progressFile.keep([...reused.keys()], [...reused.values()])
      return { sections: [], embedded, unfinished: missing.size - embedded }
    }
    await keep(chunk, await embed(chunk))
  }
  return { sections: texts.map(text => known.get(text)!), mean, embedded, unfinished: 0 }
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
