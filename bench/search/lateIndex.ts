import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clusteredCodes, meanToken } from '../../src/indexer/clusteredCodes.js'
import type { Reranker } from '../../src/node.js'
import { asPassage } from '../../src/search/asPassage.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { packTokenCodes } from '../../src/search/tokenCodes.js'
import { ownIndex } from './contestants.js'
import type { Judged } from './judged.js'

const FOLDER = '.cache/bench'
const WIDTH = 384
const SLICE = 64
/** As `mvp-rerank index` bounds them. */
const TOKEN_BYTES = 1200
const MEAN_SAMPLE = 256

/** An index with token codes, as `mvp-rerank index` makes it. What was embedded is kept between runs. */
export async function lateIndex({ name, sections }: Judged, reranker: Reranker): Promise<SearchIndex> {
  const texts = sections.map(section => {
    const { title, text } = asPassage(section)
    return `${title} ${text}`
  })
  const { vectors, mean, codes } = await embedded(name, texts, reranker)
  const { index } = ownIndex(sections, vectors)
  index.addTokenCodes(packTokenCodes(mean, codes))
  return index
}

/** The file holds the mean, and of each text its vector, the number of its codes, and these. */
async function embedded(name: string, texts: readonly string[], reranker: Reranker) {
  mkdirSync(FOLDER, { recursive: true })
  const content = JSON.stringify([reranker.info.weights, TOKEN_BYTES, texts])
  const file = join(FOLDER, `${name}-late-${createHash('sha256').update(content).digest('hex').slice(0, 16)}.bin`)
  if (!existsSync(file)) {
    const step = Math.max(1, Math.floor(texts.length / MEAN_SAMPLE))
    const sample = await reranker.embedTokens(texts.filter((_, i) => i % step === 0).slice(0, MEAN_SAMPLE))
    const mean = meanToken(
      sample.map(({ tokens }) => tokens),
      WIDTH,
    )
    appendFileSync(file, Buffer.from(mean.buffer))
  }
  const kept = readFileSync(file)
  const floats = (at: number) => new Float32Array(Uint8Array.from(kept.subarray(at, at + 4 * WIDTH)).buffer)
  const mean = floats(0)
  const vectors: Float32Array[] = []
  const codes: Uint8Array[] = []
  for (let at = 4 * WIDTH; at < kept.length; ) {
    vectors.push(floats(at))
    at += 4 * WIDTH + 1
    const end = at + (kept[at - 1]! * WIDTH) / 8
    codes.push(kept.subarray(at, end))
    at = end
  }
  while (vectors.length < texts.length) {
    const made = await reranker.embedTokens(texts.slice(vectors.length, vectors.length + SLICE))
    const records: Uint8Array[] = []
    for (const { vector, tokens } of made) {
      const code = clusteredCodes(tokens, mean, TOKEN_BYTES)
      records.push(
        Buffer.from(vector.buffer, vector.byteOffset, 4 * WIDTH),
        Uint8Array.of(code.length / (WIDTH / 8)),
        code,
      )
      vectors.push(vector)
      codes.push(code)
    }
    appendFileSync(file, Buffer.concat(records))
    console.log(`${name}: ${vectors.length} of ${texts.length} embedded with their tokens`)
  }
  return { vectors, mean, codes }
}
