import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reranker } from '../../src/node.js'

const FOLDER = '.cache/bench'
const SLICE = 128

/** Embeddings of texts, kept between runs: they take minutes. What was done before an interruption is kept too. */
export async function embedAll(name: string, texts: readonly string[], reranker: Reranker): Promise<Float32Array[]> {
  mkdirSync(FOLDER, { recursive: true })
  const weights = createHash('sha256').update(readFileSync('public/models/mvp-mini/manifest.json'))
  const key = weights.update(JSON.stringify(texts)).digest('hex').slice(0, 16)
  const file = join(FOLDER, `${name}-${key}.f32`)
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
