import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Passage, RankOptions, Reranker, Signals } from '../../src/node.js'
import { siteFusion } from '../../src/search/siteFusion.js'

const FOLDER = '.cache/bench'
const SLICE = 128

/** A file whose name depends on the shipped model and on the content. */
function keptFile(name: string, content: unknown, ending: string): string {
  mkdirSync(FOLDER, { recursive: true })
  const weights = createHash('sha256').update(readFileSync('public/models/mvp-mini/manifest.json'))
  const key = weights.update(JSON.stringify(content)).digest('hex').slice(0, 16)
  return join(FOLDER, `${name}-${key}.${ending}`)
}

/**
 * A ranking of a list: the candidates' places in it, best first. In the list's order, what `explain` says of each
 * candidate.
 */
export interface CandidateSignals {
  order: number[]
  signals: Signals[]
  views: number[][]
}

/** Rankings of all lists by all signals, kept like the embeddings. */
export async function readAll(
  name: string,
  lists: readonly { query: string; passages: Passage[] }[],
  reranker: Reranker,
  options: Pick<RankOptions, 'depth' | 'refine' | 'windows'> = {},
): Promise<CandidateSignals[]> {
  return kept(keptFile(`${name}-read`, { lists, options }, 'json'), lists.length, async list => {
    const { query, passages } = lists[list]!
    const { results } = await reranker.rank(query, passages, { ...options, fusion: { embed: true }, explain: true })
    const inOrder = results.toSorted((a, b) => a.index - b.index)
    return {
      order: results.map(({ index }) => index),
      signals: inOrder.map(({ signals }) => signals!),
      views: inOrder.map(({ views }) => views!),
    }
  })
}

/** Rankings of lists of candidates, as places in them, kept like the embeddings. */
export async function rankAll(
  name: string,
  lists: readonly { query: string; passages: Passage[] }[],
  reranker: Reranker,
): Promise<number[][]> {
  const fusion = siteFusion(reranker.info)
  return kept(keptFile(`${name}-ranked`, { lists, fusion }, 'json'), lists.length, async list => {
    const { query, passages } = lists[list]!
    const { results } = await reranker.rank(query, passages, { fusion })
    return results.map(({ index }) => index)
  })
}

/** The answers to all questions, asked in one go and kept like the embeddings. */
export async function keptAnswers(name: string, content: unknown, ask: () => Promise<number[][]>): Promise<number[][]> {
  const file = keptFile(name, content, 'json')
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(await ask()))
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** What `make` returns for the places below `wanted`. An interrupted run continues where it stopped. */
async function kept<T>(file: string, wanted: number, make: (place: number) => Promise<T>): Promise<T[]> {
  const made: T[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  while (made.length < wanted) {
    made.push(await make(made.length))
    if (made.length % 10 !== 0 && made.length < wanted) continue
    writeFileSync(file, JSON.stringify(made))
    console.log(`${file}: ${made.length} of ${wanted}`)
  }
  return made.slice(0, wanted)
}

/** Embeddings of texts, kept between runs, since they take minutes. An interrupted run continues where it stopped. */
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
