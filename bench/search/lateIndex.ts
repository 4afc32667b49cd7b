import { ClusteredTokens, meanToken } from '../../src/indexer/clusteredTokens.js'
import type { Reranker } from '../../src/node.js'
import { asPassage } from '../../src/search/asPassage.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { packTokenCodes } from '../../src/search/tokenCodes.js'
import { ownIndex } from './contestants.js'
import type { Judged } from './judged.js'
import { type TokenVectors, tokenVectors } from './tokenVectors.js'

const WIDTH = 384
const MEAN_SAMPLE = 256

/**
 * An index with token codes, as `mvp-rerank index` makes it, for each bound of a section's codes. What was embedded is
 * kept between runs.
 * @param tokenBytes the bounds
 */
export async function lateIndexes(
  { name, sections }: Judged,
  reranker: Reranker,
  tokenBytes: readonly number[],
): Promise<{ index: SearchIndex; bytes: number; vectors: Float32Array[] }[]> {
  const texts = sections.map(section => {
    const { title, text } = asPassage(section)
    return `${title} ${text}`
  })
  const vectors = await tokenVectors(name, texts, reranker)
  const { packed, mean } = codesOf(vectors, tokenBytes)
  return packed.map(codes => {
    const embeddings = texts.map((_, text) => vectors.embedding(text))
    const index = ownIndex(sections, embeddings)
    const file = packTokenCodes(mean, codes)
    index.addTokenCodes(file)
    return { index, bytes: file.length, vectors: embeddings }
  })
}

function codesOf(vectors: TokenVectors, tokenBytes: readonly number[]) {
  const mean = meanOfSome(vectors)
  const packed = tokenBytes.map((): Uint8Array[] => [])
  for (let text = 0; text < vectors.count; text++) {
    const clustered = new ClusteredTokens(vectors.of(text), mean)
    tokenBytes.forEach((bytes, i) => {
      packed[i]!.push(clustered.codes(bytes))
    })
  }
  return { packed, mean }
}

/** As an index takes it, of texts over all of the corpus. */
export function meanOfSome(vectors: TokenVectors): Float32Array {
  const step = Math.max(1, Math.floor(vectors.count / MEAN_SAMPLE))
  const some = Array.from({ length: Math.min(MEAN_SAMPLE, vectors.count) }, (_, i) => vectors.of(i * step))
  return meanToken(some, WIDTH)
}
