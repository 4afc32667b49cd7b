import { codeBytes, toCodes } from '../search/codes.js'
import type { EmbeddingProgressFile } from './embeddingProgressFile.js'
import type { PreviousIndex } from './previousIndex.js'

/** A model that embeds. */
export interface Embedder {
  /** Its name. */
  model: string
  /** `info.weights` of its reranker. */
  weights: string
  width: number
  embed(texts: readonly string[]): Promise<Float32Array[]>
}

/** Texts embedded between two reports of progress. */
const EMBED_CHUNK = 64

export interface CodesOptions {
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
  codes: Uint8Array
  embedded: number
  /** Texts that were not reached in time. The codes of the others are kept for the next run. */
  unfinished: number
}

/** One code per text, in order. Codes of the previous index or of an interrupted run are reused. */
export async function codesOf(
  texts: readonly string[],
  embedder: Embedder,
  previous: PreviousIndex,
  progressFile: EmbeddingProgressFile,
  { onProgress, seconds = Number.POSITIVE_INFINITY, signal }: CodesOptions,
): Promise<Codes> {
  const bytes = codeBytes(embedder.width)
  const codes = new Uint8Array(texts.length * bytes)
  const missing = new Map<string, number[]>()
  const reused = new Map<string, Uint8Array>()
  for (const [place, text] of texts.entries()) {
    const before = previous.code(text, embedder.weights)
    if (before) reused.set(text, before)
    const known = before ?? (await progressFile.code(text))
    if (known) codes.set(known, place * bytes)
    else {
      const places = missing.get(text)
      if (places) places.push(place)
      else missing.set(text, [place])
    }
  }
  // Sorted by length, texts in a batch need little padding.
  const wanted = [...missing.keys()].sort((a, b) => a.length - b.length)
  const end = performance.now() + 1000 * seconds
  const all = wanted.reduce((sum, text) => sum + text.length, 0)
  let read = 0
  for (let from = 0; from < wanted.length; from += EMBED_CHUNK) {
    signal?.throwIfAborted()
    if (performance.now() >= end) {
      // The index written now has no codes that the next run could reuse.
      if (reused.size > 0) await progressFile.keep([...reused.keys()], [...reused.values()])
      return { codes, embedded: from, unfinished: wanted.length - from }
    }
    const chunk = wanted.slice(from, from + EMBED_CHUNK)
    const vectors = await embedder.embed(chunk)
    const made = vectors.map(vector => toCodes([vector]))
    chunk.forEach((text, i) => {
      for (const place of missing.get(text)!) codes.set(made[i]!, place * bytes)
    })
    await progressFile.keep(chunk, made)
    read += chunk.reduce((sum, text) => sum + text.length, 0)
    onProgress(from + chunk.length, wanted.length, read / all)
  }
  return { codes, embedded: wanted.length, unfinished: 0 }
}
