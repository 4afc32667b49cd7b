import type { TokenEmbedding } from '../api/ranking.js'
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
  /** For token codes. */
  embedTokens?(texts: readonly string[]): Promise<TokenEmbedding[]>
}

/** Codes of all sections. */
export interface SectionCodes {
  sections: TextCodes[]
  /** Of the corpus's tokens; absent without token codes. */
  mean?: Float32Array | undefined
  /** Texts that were embedded in this run. */
  embedded: number
}

/** Texts embedded between two reports of progress. */
const EMBED_CHUNK = 64

/** Texts from all over the corpus that the mean of its tokens is taken from. */
const MEAN_SAMPLE = 256

/**
 * The codes of each text, in order. Those of the previous index or of an interrupted run are reused, and so is the mean
 * that token codes leave out.
 * @param tokenBytes most bytes of a text's token codes; absent: none are made
 * @param onProgress texts embedded, of those to embed
 */
export async function codesOf(
  texts: readonly string[],
  embedder: Embedder,
  previous: PreviousIndex,
  progressFile: EmbeddingProgressFile,
  tokenBytes: number | undefined,
  { onProgress, signal }: { onProgress: (done: number, total: number) => void; signal?: AbortSignal | undefined },
): Promise<SectionCodes> {
  const known = new Map<string, TextCodes>()
  const missing = new Set<string>()
  for (const text of texts) {
    const codes = previous.codes(text, embedder.weights, tokenBytes) ?? (await progressFile.codes(text))
    if (codes) known.set(text, codes)
    else missing.add(text)
  }
  let mean = previous.mean(embedder.weights, tokenBytes) ?? progressFile.mean
  let done = 0
  const keep = async (chunk: readonly string[], embeddings: readonly TokenEmbedding[]) => {
    const made = embeddings.map(({ vector, tokens }) => ({
      code: toCodes([vector]),
      tokens: mean && tokenBytes !== undefined ? new ClusteredTokens(tokens, mean).codes(tokenBytes) : new Uint8Array(),
    }))
    chunk.forEach((text, i) => {
      known.set(text, made[i]!)
    })
    await progressFile.keep(chunk, made)
    done += chunk.length
    onProgress(done, missing.size)
  }
  const embed = async (chunk: readonly string[]): Promise<TokenEmbedding[]> => {
    signal?.throwIfAborted()
    if (tokenBytes !== undefined) return embedder.embedTokens!(chunk)
    return (await embedder.embed(chunk)).map(vector => ({ vector, tokens: new Float32Array() }))
  }
  const wanted = [...missing]
  let rest = wanted
  if (mean && !progressFile.mean) await progressFile.keepMean(mean)
  if (tokenBytes !== undefined && !mean && wanted.length > 0) {
    const step = Math.max(1, Math.floor(wanted.length / MEAN_SAMPLE))
    const sample = inChunks(wanted.filter((_, i) => i % step === 0).slice(0, MEAN_SAMPLE))
    const embedded: TokenEmbedding[][] = []
    for (const chunk of sample) embedded.push(await embed(chunk))
    mean = meanToken(
      embedded.flat().map(({ tokens }) => tokens),
      embedder.width,
    )
    await progressFile.keepMean(mean)
    for (const [i, chunk] of sample.entries()) await keep(chunk, embedded[i]!)
    rest = wanted.filter(text => !known.has(text))
  }
  for (const chunk of inChunks(rest)) await keep(chunk, await embed(chunk))
  return { sections: texts.map(text => known.get(text)!), mean, embedded: wanted.length }
}

/** Sorted by length: texts of a batch then need little padding. */
function inChunks(texts: readonly string[]): string[][] {
  const sorted = texts.toSorted((a, b) => a.length - b.length)
  const chunks: string[][] = []
  for (let from = 0; from < sorted.length; from += EMBED_CHUNK) chunks.push(sorted.slice(from, from + EMBED_CHUNK))
  return chunks
}
