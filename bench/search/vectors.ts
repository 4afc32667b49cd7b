import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Passage, Reranker } from '../../src/node.js'

const FOLDER = '.cache/bench'
const SLICE = 128

/** A file of this run's model and of nothing else. */
function keptFile(name: string, content: unknown, ending: string): string {
  mkdirSync(FOLDER, { recursive: true })
  const weights = createHash('sha256').update(readFileSync('public/models/mvp-mini/manifest.json'))
  const key = weights.update(JSON.stringify(content)).digest('hex').slice(0, 16)
  return join(FOLDER, `${name}-${key}.${ending}`)
}

/** Rankings of the first `most` lists of candidates, as places in them, kept like the embeddings. */
export async function rankAll(
  name: string,
  lists: readonly { query: string; passages: Passage[] }[],
  most: number,
  reranker: Reranker,
): Promise<number[][]> {
  const wanted = Math.min(most, lists.length)
  const file = keptFile(`${name}-ranked`, lists, 'json')
  const rankings: number[][] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  while (rankings.length < wanted) {
    const { query, passages } = lists[rankings.length]!
    const { results } = await reranker.rank(query, passages)
    rankings.push(results.map(({ index }) => index))
    if (rankings.length % 10 !== 0 && rankings.length < wanted) continue
    writeFileSync(file, JSON.stringify(rankings))
    console.log(`${name}: ${rankings.length} of ${wanted} reranked`)
  }
  return rankings.slice(0, wanted)
}

/** Embeddings of texts, kept between runs: they take minutes. What was done before an interruption is kept too. */
export async function embedAll(name: string, texts: readonly string[], reranker: Reranker): Promise<Float32Array[]> {
  const file = keptFile(name, texts, 'f32')
  const kept = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  const width = 384
  const vectors: Float32Array[] = []
  for (let at = 0; at + 4 * width <= kept.length; at += 4 * width) {
    vectors.push(new Float32Array(kept.buffer.slice(kept.byteOffset + at, kept.byteOffset + at + 4 * width)))
  }
  while (vectors.length < texts.length) {
    vectors.push(...(await reranker.embed(texts.slice(vectors.length, vectors.length + SLICE))))
    writeFileSync(file, Buffer.concat(vectors.map(vector => Buffer.from(vector.buffer, vector.byteOffset, 4 * width))))
    console.log(`${name}: ${vectors.length} of ${texts.length} embedded`)
  }
  return vectors
}
