/** For tests: runs graphs as the engine does, on any onnxruntime. */
import type { InferenceSession, Tensor } from 'onnxruntime-common'
import * as node from 'onnxruntime-node'
import * as web from 'onnxruntime-web/wasm'
import type { Dialect } from '../model/dialect.js'
import { type Architecture, relativePositions } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { buildEncoderStage, maskValue, relativeBuckets, type Stage, type ViewRows } from './encoder.js'
import { buildHead } from './head.js'
import type { OnnxGraph } from './onnx.js'

web.env.wasm.numThreads = 1

export const runtimes = { 'onnxruntime-node': node, 'onnxruntime-web WASM': web } as unknown as Record<
  string,
  typeof node
>

type Ort = typeof node

export const createSession = (ort: Ort, graph: OnnxGraph): Promise<InferenceSession> =>
  ort.InferenceSession.create(graph.model, {
    externalData: graph.externalData,
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  })

export interface TestPrompt {
  ids: number[]
  types?: number[]
}

/** An encoder of one or several stages. */
export class TestEncoder {
  readonly #ort: Ort
  readonly #architecture: Architecture
  readonly #dialect: Dialect
  readonly #sessions: InferenceSession[]

  private constructor(ort: Ort, architecture: Architecture, dialect: Dialect, sessions: InferenceSession[]) {
    this.#ort = ort
    this.#architecture = architecture
    this.#dialect = dialect
    this.#sessions = sessions
  }

  static async create(
    ort: Ort,
    source: TensorSource,
    architecture: Architecture,
    shape: ViewRows,
    dialect: Dialect,
    stages: Stage[],
  ): Promise<TestEncoder> {
    const sessions: InferenceSession[] = []
    for (const stage of stages) {
      sessions.push(await createSession(ort, buildEncoderStage(source, architecture, shape, dialect, stage)))
    }
    return new TestEncoder(ort, architecture, dialect, sessions)
  }

  /** @returns the outputs of the last stage */
  async run(batch: TestPrompt[], rows?: number, length = padded(batch)): Promise<Record<string, Tensor>> {
    const { Tensor } = this.#ort
    const grid = (values: (prompt: TestPrompt) => number[]) =>
      new Tensor(
        'int64',
        BigInt64Array.from(
          batch.flatMap(prompt => pad(values(prompt), length)),
          BigInt,
        ),
        [batch.length, length],
      )
    const mask = batch.flatMap(({ ids }) =>
      pad(new Array<number>(ids.length).fill(0), length, maskValue(this.#dialect)),
    )
    const all: Record<string, Tensor> = {
      input_ids: grid(prompt => prompt.ids),
      mask_bias: new Tensor('float32', Float32Array.from(mask), [batch.length, 1, 1, length]),
    }
    if (this.#architecture.family === 'bert') {
      all.token_type_ids = grid(prompt => prompt.types ?? prompt.ids.map(() => 0))
    }
    const relative = relativePositions(this.#architecture)
    if (relative) {
      const { buckets, maxDistance } = relative
      all.rel_bucket = new Tensor('int64', relativeBuckets(length, buckets, maxDistance), [length, length])
    }
    for (const [i, session] of this.#sessions.entries()) {
      const last = i === this.#sessions.length - 1
      all.rows = new Tensor('int64', BigInt64Array.of(BigInt(last ? (rows ?? length) : length)), [1])
      const feeds = Object.fromEntries(session.inputNames.map(name => [name, all[name]!]))
      const result = await session.run(feeds)
      if (last) return result as Record<string, Tensor>
      all.hidden_in = result.hidden as Tensor
    }
    throw new RangeError('no stages')
  }
}

export async function runAnchor(
  ort: Ort,
  session: InferenceSession,
  vectors: Float32Array,
  [views, width]: [number, number],
) {
  const shape = [vectors.length / views / width, views, width]
  const result = await session.run({ vectors: new ort.Tensor('float32', vectors, shape) })
  const floats = (name: string) => result[name]!.data as Float32Array
  return { scores: floats('scores'), viewScores: floats('view_scores'), anchors: floats('anchors') }
}

export const createAnchor = (
  ort: Ort,
  source: TensorSource,
  architecture: Architecture,
  views: number,
  dialect: Dialect,
): Promise<InferenceSession> => createSession(ort, buildHead(source, architecture, views, dialect))

const padded = (batch: TestPrompt[]) => Math.ceil(Math.max(...batch.map(({ ids }) => ids.length)) / 16) * 16

const pad = (values: number[], length: number, filler = 0) => [
  ...values,
  ...new Array<number>(length - values.length).fill(filler),
]

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!)
    // `!` makes NaN count as larger, too.
    if (!(difference <= largest)) largest = difference
  }
  return largest
}
