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

/**
 * One code per text, in order. Codes of the previous index or of an interrupted run are reused.
 * @param onProgress texts embedded, of those to embed
 */
export async function codesOf(
  texts: readonly string[],
  embedder: Embedder,
  previous: PreviousIndex,
  progressFile: EmbeddingProgressFile,
  { onProgress, signal }: { onProgress: (done: number, total: number) => void; signal?: AbortSignal | undefined },
): Promise<{ codes: Uint8Array; embedded: number }> {
  const bytes = codeBytes(embedder.width)
  const codes = new Uint8Array(texts.length * bytes)
  const missing = new Map<string, number[]>()
  for (const [place, text] of texts.entries()) {
    const known = previous.code(text, embedder.weights) ?? (await progressFile.code(text))
    if (known) codes.set(known, place * bytes)
    else missing.set(text, [...(missing.get(text) ?? []), place])
  }
  // Sorted by length, texts in a batch need little padding.
  const wanted = [...missing.keys()].sort((a, b) => a.length - b.length)
  for (let from = 0; from < wanted.length; from += EMBED_CHUNK) {
    signal?.throwIfAborted()
    const chunk = wanted.slice(from, from + EMBED_CHUNK)
    const vectors = await embedder.embed(chunk)
    const made = vectors.map(vector => toCodes([vector]))
    chunk.forEach((text, i) => {
      for (const place of missing.get(text)!) codes.set(made[i]!, place * bytes)
    })
    await progressFile.keep(chunk, made)
    onProgress(from + chunk.length, wanted.length)
  }
  return { codes, embedded: wanted.length }
}
