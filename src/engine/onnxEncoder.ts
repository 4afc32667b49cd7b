import type { Tensor } from 'onnxruntime-common'
import { buildAnchor } from '../graph/anchor.js'
import { buildStage, maskValue, relativeBuckets, rowsForScores, UNATTENDED } from '../graph/encoderStage.js'
import type { FamilyGraph } from '../graph/familyGraph.js'
import { type Manifest, type RelativePositions, relativePositions, stageEnds } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { disposeTensor, freeBuffer } from '../runtime/freeBuffer.js'
import type { Runtime, Session } from '../runtime/runtime.js'
import { type BatchLimits, LENGTH_STEP, largestBatch, paddedLength } from './batch.js'
import type { Embedding } from './embedding.js'
import { type EmbeddingReader, embeddingReader } from './embeddingReader.js'
import type { Encoder } from './parts.js'
import type { EncodedPrompt } from './prompt.js'

/**
 * An encoder on onnxruntime: a chain of stage graphs, one from each exit to the next, which pass hidden states on. So
 * an exit can be read without running the layers after it. If texts alone run deeper than the last exit, one more graph
 * leads to the last layer.
 */
export class OnnxEncoder implements Encoder {
  readonly batchLimits: BatchLimits
  readonly #buckets = new Map<number, BigInt64Array>()

  readonly #runtime: Runtime
  readonly #manifest: Manifest
  readonly #stages: readonly { depth: number; session: Session }[]
  readonly #read: EmbeddingReader
  /** The decoder of a T5 that answers with a word. */
  readonly #decoder: Session | undefined

  private constructor(
    runtime: Runtime,
    manifest: Manifest,
    stages: readonly { depth: number; session: Session }[],
    read: EmbeddingReader,
    decoder: Session | undefined,
  ) {
    this.#read = read
    this.#decoder = decoder
    this.#runtime = runtime
    this.#manifest = manifest
    this.#stages = stages
    this.batchLimits = batchLimits(runtime, manifest)
  }

  static async create(
    runtime: Runtime,
    manifest: Manifest,
    weights: TensorSource,
    family: FamilyGraph | undefined,
    onStage: (built: number) => void = () => {},
  ): Promise<OnnxEncoder> {
    const { architecture, views, prompt } = manifest
    const stages: { depth: number; session: Session }[] = []
    try {
      let from = 0
      for (const to of stageEnds(architecture)) {
        const shape = { views, firstView: prompt.firstView }
        const graph = buildStage(weights, architecture, shape, runtime.dialect, { from, to }, family)
        stages.push({ depth: to, session: await runtime.createSession(graph, ['hidden']) })
        onStage(stages.length)
        from = to
      }
      const { width, decoder } = architecture
      const graph = decoder && buildAnchor(weights, { width, anchor: decoder }, 1, runtime.dialect)
      const session = graph && (await runtime.createSession(graph))
      return new OnnxEncoder(runtime, manifest, stages, embeddingReader(architecture, weights), session)
    } catch (error) {
      await Promise.all(stages.map(stage => stage.session.release()))
      throw error
    }
  }

  async encode(batch: readonly EncodedPrompt[], depth: number): Promise<Float32Array[]> {
    const { views, prompt, architecture } = this.#manifest
    const rows = rowsForScores(architecture, prompt.firstView + views, this.#paddedLength(batch))
    const output = await this.#run(batch, depth, rows, 'vectors')
    const { width, decoder } = architecture
    const size = (decoder ? rows : views) * width
    const vectors = batch.map(({ ids }, i) =>
      output.slice(i * size, decoder ? i * size + ids.length * width : (i + 1) * size),
    )
    freeBuffer(output)
    if (decoder) for (const i in vectors) vectors[i] = await this.#answer(vectors[i]!)
    return vectors
  }

  /** One decoder step, which reads the vectors of all tokens as an anchor's reads those of all passages. */
  async #answer(tokens: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const { width } = this.#manifest.architecture
    const vectors = new this.#runtime.Tensor('float32', tokens, [tokens.length / width, 1, width])
    const { anchors } = await this.#decoder!.run({ vectors }, ['anchors'])
    return (await anchors!.getData(true)) as Float32Array<ArrayBuffer>
  }

  async embed(batch: readonly EncodedPrompt[], tokens: boolean): Promise<Embedding[]> {
    const { layers } = this.#manifest.architecture
    const length = this.#paddedLength(batch)
    const hidden = await this.#run(batch, layers, length, 'hidden')
    const embeddings = batch.map((prompt, i) => this.#read(hidden, i * length, prompt, tokens))
    freeBuffer(hidden)
    return embeddings
  }

  async #run(
    batch: readonly EncodedPrompt[],
    depth: number,
    rows: number,
    output: 'vectors' | 'hidden',
  ): Promise<Float32Array> {
    const { Tensor, dialect } = this.#runtime
    const { padId } = this.#manifest.prompt
    const length = this.#paddedLength(batch)
    const ids = new BigInt64Array(batch.length * length).fill(BigInt(padId))
    const types = new BigInt64Array(batch.length * length)
    // Ids are below 2³¹, so writing the lower half of their 64 bits avoids a BigInt for each.
    const halvesOfIds = new Int32Array(ids.buffer)
    const halvesOfTypes = new Int32Array(types.buffer)
    const mask = new Float32Array(batch.length * length).fill(maskValue(dialect))
    batch.forEach((prompt, i) => {
      for (let token = 0; token < prompt.ids.length; token++) {
        const place = i * length + token
        halvesOfIds[2 * place] = prompt.ids[token]!
        halvesOfTypes[2 * place] = prompt.types?.[token] ?? 0
        mask[place] = token < prompt.ids.length - (prompt.unattended ?? 0) ? 0 : UNATTENDED
      }
    })
    const shared: Record<string, Tensor> = {
      mask_bias: new Tensor('float32', mask, [batch.length, 1, 1, length]),
    }
    const { architecture } = this.#manifest
    const relative = relativePositions(architecture)
    if (relative) {
      shared.rel_bucket = new Tensor('int64', this.#relativeBuckets(length, relative), [length, length])
    }
    let state: Record<string, Tensor> = { input_ids: new Tensor('int64', ids, [batch.length, length]) }
    if (architecture.family === 'bert') state.token_type_ids = new Tensor('int64', types, [batch.length, length])

    for (const stage of this.#stages) {
      const last = stage.depth === depth
      const wanted = last ? output : 'hidden'
      const feeds = {
        ...shared,
        ...state,
        rows: new Tensor('int64', BigInt64Array.of(BigInt(last ? rows : length)), [1]),
      }
      const result = await stage.session.run(feeds, [wanted])
      if (state.hidden_in) disposeTensor(state.hidden_in)
      const tensor = result[wanted]!
      if (last) return (await tensor.getData(true)) as Float32Array
      state = { hidden_in: tensor }
    }
    throw new RangeError(`depth ${depth} is no exit`)
  }

  #paddedLength(batch: readonly EncodedPrompt[]): number {
    return paddedLength(Math.max(...batch.map(({ ids }) => ids.length)), this.batchLimits.minLength)
  }

  #relativeBuckets(length: number, { buckets, maxDistance }: RelativePositions): BigInt64Array {
    const known = this.#buckets.get(length)
    if (known) return known
    const made = relativeBuckets(length, buckets, maxDistance)
    this.#buckets.set(length, made)
    return made
  }

  async release(): Promise<void> {
    for (const { session } of this.#stages) await session.release()
    await this.#decoder?.release()
  }
}

/**
 * WASM computes no padding, so its batches mix lengths. WebGPU computes padding. Its shortest length is 32, because
 * onnxruntime's attention needs an extra dispatch in each layer for at most 16 rows.
 */
function batchLimits({ dialect, maxBufferBytes }: Runtime, { architecture }: Manifest): BatchLimits {
  const maxPrompts = (padded: number) =>
    largestBatch(architecture, padded, dialect.precision === 'fp16' ? 2 : 4, maxBufferBytes)
  if (dialect.device === 'wasm') return { mixesLengths: true, minLength: LENGTH_STEP, maxTokens: 2048, maxPrompts }
  const minLength = architecture.family === 't5' ? 32 : Math.min(32, architecture.positions)
  return { mixesLengths: false, minLength, maxTokens: 8192, maxPrompts }
}
