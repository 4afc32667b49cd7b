import type { Tensor } from 'onnxruntime-common'
import { paddedLength } from '../../src/engine/batch.js'
import { cosine, type Embedding } from '../../src/engine/embedding.js'
import { embeddingReader } from '../../src/engine/embeddingReader.js'
import { maxSim } from '../../src/engine/maxSim.js'
import type { EncodedPrompt } from '../../src/engine/prompt.js'
import { buildAnchor } from '../../src/graph/anchor.js'
import { buildEncoderStage, maskValue, relativeBuckets, rowsForScores, UNATTENDED } from '../../src/graph/encoder.js'
import { buildHead } from '../../src/graph/head.js'
import type { Dialect } from '../../src/model/dialect.js'
import { type Architecture, type Manifest, type MvpArchitecture, relativePositions } from '../../src/model/manifest.js'
import type { TensorSource, Weight } from '../../src/model/tensors.js'
import type { Runtime } from '../../src/runtime/runtime.js'

/**
 * The list for a device's self-check. Its passages have from one word to about a hundred tokens, so it covers short and
 * long padding, every segment of the prompt, and text beyond ASCII.
 */
export const PROBE_QUERY = 'Why do cats purr?'

export const PROBE_PASSAGES = [
  'A cat purrs by moving the muscles of its larynx about twenty-five times a second, breathing in and out. A calm or sleepy cat does it most.',
  'Purring.',
  'Sourdough rises slowly: wild yeast needs a warm kitchen and most of a day.',
  'Das Café »Zur Katze« in Zürich öffnet um 7 Uhr; naïve guests are surprised that the cat sleeps on the till, and that a coffee costs 5 €.',
  'Purring is not always a sign of comfort. Cats in pain purr as well, and so do cats that give birth or are close to death. One idea is that the steady, low vibration helps bones and muscles to heal; another is that a kitten purrs so that its mother knows all is well, and that grown cats keep the habit with people, as a request for quiet company. Neither has been proven, and both may be true.',
  'The night train to the coast leaves platform four at 22:40 and carries bicycles, if they are booked before noon.',
]

export type ProbeModel = Pick<Manifest, 'architecture' | 'views' | 'prompt'>

/** How the probe's numbers are computed. */
export interface ProbeRun {
  runtime: Runtime
  dialect: Dialect
  onLayer?: () => void
  signal?: AbortSignal | undefined
}

const EMBEDDINGS = 'encoder.embed.weight'

/**
 * Scores of the prompts as one list, at every exit. One layer is in memory at a time, so a model far larger than the
 * memory can be computed.
 * @returns by depth, a score for each prompt
 */
export async function probeScores(
  source: TensorSource,
  model: ProbeModel,
  prompts: readonly EncodedPrompt[],
  run: ProbeRun,
): Promise<Record<string, number[]>> {
  const { views, prompt } = model
  if (model.architecture.embedder)
    return { [model.architecture.layers]: await similarities(source, model, prompts, run) }
  const used = [...new Set([prompt.padId, ...prompts.flatMap(({ ids }) => ids)])]
  const architecture = { ...model.architecture, vocabulary: used.length }
  const weights = withEmbeddingRows(source, used)
  let feeds = prompts.map(each => firstLayerInputs(each, used, model, run))
  const scores: Record<string, number[]> = {}
  for (let from = 0; from < architecture.layers; from++) {
    run.signal?.throwIfAborted()
    const to = from + 1
    const shape = { views, firstView: prompt.firstView }
    const graph = buildEncoderStage(weights, architecture, shape, run.dialect, { from, to })
    const session = await run.runtime.createSession(graph)
    if (architecture.exits.includes(to)) {
      const vectors: Tensor[] = []
      for (const each of feeds) {
        const length = each.mask_bias!.dims.at(-1)!
        const count = rowsForScores(architecture, prompt.firstView + views, length)
        const rows = new run.runtime.Tensor('int64', BigInt64Array.of(BigInt(count)), [1])
        vectors.push((await session.run({ ...each, rows }, ['vectors'])).vectors!)
      }
      const read = architecture.decoder ? await answers(source, model, prompts, vectors, run) : vectors
      scores[to] = await headScores(source, model, read, run)
    }
    const next: typeof feeds = []
    if (to < architecture.layers) {
      for (const each of feeds) next.push(nextLayerInputs(each, (await session.run(each, ['hidden'])).hidden!))
    }
    await session.release()
    feeds = next
    run.onLayer?.()
  }
  return scores
}

/**
 * Embeddings of the prompts, each of one text alone. One layer is in memory at a time, as for scores.
 * @returns for each prompt a vector of unit length, and those of its tokens where the model scores by them
 */
export async function probeEmbeddings(
  source: TensorSource,
  model: ProbeModel,
  prompts: readonly EncodedPrompt[],
  run: ProbeRun,
): Promise<Embedding[]> {
  const { views, prompt } = model
  const used = [...new Set([prompt.padId, ...prompts.flatMap(({ ids }) => ids)])]
  const architecture = { ...model.architecture, vocabulary: used.length }
  const weights = withEmbeddingRows(source, used)
  const shape = { views, firstView: prompt.firstView }
  let feeds = prompts.map(each => firstLayerInputs(each, used, model, run))
  for (let from = 0; from < architecture.layers; from++) {
    run.signal?.throwIfAborted()
    const graph = buildEncoderStage(weights, architecture, shape, run.dialect, { from, to: from + 1 })
    const session = await run.runtime.createSession(graph)
    const next: typeof feeds = []
    for (const each of feeds) next.push(nextLayerInputs(each, (await session.run(each, ['hidden'])).hidden!))
    await session.release()
    feeds = next
    run.onLayer?.()
  }
  const hidden = await Promise.all(feeds.map(each => each.hidden_in!.getData() as Promise<Float32Array>))
  const read = embeddingReader(model.architecture, source)
  return hidden.map((rows, i) => read(rows, 0, prompts[i]!, false))
}

/** The scores of an embedder: of the first prompt, the query, with every other. */
async function similarities(
  source: TensorSource,
  model: ProbeModel,
  prompts: readonly EncodedPrompt[],
  run: ProbeRun,
): Promise<number[]> {
  const [query, ...passages] = await probeEmbeddings(source, model, prompts, run)
  return passages.map(passage =>
    passage.tokens ? maxSim(query!.tokens!, passage.tokens) : cosine(query!.vector, passage.vector),
  )
}

export function nextLayerInputs(
  { mask_bias, rel_bucket, rows }: Record<string, Tensor>,
  hidden: Tensor,
): Record<string, Tensor> {
  return { mask_bias: mask_bias!, rows: rows!, ...(rel_bucket && { rel_bucket }), hidden_in: hidden }
}

/** The decoder's state after each prompt: one step, which reads the vectors of all of the prompt's tokens. */
async function answers(
  source: TensorSource,
  { architecture }: ProbeModel,
  prompts: readonly EncodedPrompt[],
  vectors: readonly Tensor[],
  { runtime, dialect, signal }: ProbeRun,
): Promise<Tensor[]> {
  const { width, decoder } = architecture
  const layers = decoder!.layers
  const inputs: Tensor[] = []
  for (const [i, { ids }] of prompts.entries()) {
    const rows = ((await vectors[i]!.getData()) as Float32Array).slice(0, ids.length * width)
    inputs.push(new runtime.Tensor('float32', rows, [ids.length, 1, width]))
  }
  let states: Tensor[] = []
  for (let from = 0; from < layers; from++) {
    signal?.throwIfAborted()
    const output = from === layers - 1 ? 'anchors' : 'next_state'
    const graph = buildAnchor(source, asListwise(architecture), 1, dialect, { from, to: from + 1 })
    const session = await runtime.createSession(graph)
    const next: Tensor[] = []
    for (const [i, vectors] of inputs.entries()) {
      const state = states[i]
      next.push((await session.run({ vectors, ...(state && { state }) }, [output]))[output]!)
    }
    await session.release()
    states = next
  }
  return states
}

/** The decoder of a T5 that answers with a word is wired as an anchor decoder that reads tokens. */
export const asListwise = (architecture: Architecture): MvpArchitecture =>
  ({ ...architecture, anchor: architecture.decoder }) as unknown as MvpArchitecture

async function headScores(
  source: TensorSource,
  { architecture, views }: ProbeModel,
  parts: Tensor[],
  { runtime, dialect, signal }: ProbeRun,
): Promise<number[]> {
  const size = views * architecture.width
  const all = new Float32Array(parts.length * size)
  for (const [i, part] of parts.entries()) all.set((await part.getData()) as Float32Array, i * size)
  const vectors = new runtime.Tensor('float32', all, [parts.length, views, architecture.width])
  const layers = architecture.anchor?.layers ?? 1
  let state: Tensor | undefined
  for (let from = 0; from < layers; from++) {
    signal?.throwIfAborted()
    const last = from === layers - 1
    const session = await runtime.createSession(buildHead(source, architecture, views, dialect, { from, to: from + 1 }))
    const results = await session.run({ vectors, ...(state && { state }) }, [last ? 'scores' : 'next_state'])
    await session.release()
    if (last) return [...((await results.scores!.getData()) as Float32Array)]
    state = results.next_state!
  }
  throw new RangeError('a head has at least one layer')
}

export function firstLayerInputs(
  { ids, types, unattended = 0 }: EncodedPrompt,
  used: number[],
  { architecture, prompt }: ProbeModel,
  { runtime, dialect }: ProbeRun,
): Record<string, Tensor> {
  const { Tensor } = runtime
  const length = paddedLength(ids.length)
  const row = (value: (token: number) => number) =>
    new Tensor(
      'int64',
      BigInt64Array.from({ length }, (_, token) => BigInt(value(token))),
      [1, length],
    )
  const mask = Float32Array.from({ length }, (_, token) =>
    token >= ids.length ? maskValue(dialect) : token < ids.length - unattended ? 0 : UNATTENDED,
  )
  const feeds: Record<string, Tensor> = {
    input_ids: row(token => used.indexOf(ids[token] ?? prompt.padId)),
    mask_bias: new Tensor('float32', mask, [1, 1, 1, length]),
    rows: new Tensor('int64', BigInt64Array.of(BigInt(length)), [1]),
  }
  if (architecture.family === 'bert') feeds.token_type_ids = row(token => types?.[token] ?? 0)
  const relative = relativePositions(architecture)
  if (relative) {
    const buckets = relativeBuckets(length, relative.buckets, relative.maxDistance)
    feeds.rel_bucket = new Tensor('int64', buckets, [length, length])
  }
  return feeds
}

/**
 * A source whose embedding table holds only these rows: the whole table is by far the largest tensor, and few rows are
 * looked up.
 */
export function withEmbeddingRows(source: TensorSource, rows: number[]): TensorSource {
  return {
    has: name => source.has(name),
    get: name => (name === EMBEDDINGS ? pick(source.get(name), rows) : source.get(name)),
  }
}

function pick(table: Weight, rows: number[]): Weight {
  const count = table.shape[0]!
  const gather = <T extends Float32Array | Uint8Array>(all: T, into: T): T => {
    const width = all.length / count
    rows.forEach((row, place) => {
      into.set(all.subarray(row * width, (row + 1) * width), place * width)
    })
    return into
  }
  const shape = [rows.length, table.shape[1]!]
  const sizeOf = (all: Float32Array | Uint8Array) => (all.length / count) * rows.length
  if (table.kind === 'fp32')
    return { kind: 'fp32', shape, data: gather(table.data, new Float32Array(sizeOf(table.data))) }
  const data = gather(table.data, new Uint8Array(sizeOf(table.data)))
  return { ...table, shape, data, scales: gather(table.scales, new Float32Array(sizeOf(table.scales))) }
}
