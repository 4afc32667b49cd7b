import { buildHead } from '../graph/head.js'
import type { Manifest } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import type { Runtime, Session } from '../runtime/runtime.js'
import type { AnchorDecoder } from './parts.js'

/**
 * An anchor decoder on onnxruntime. A pointwise model's graph is its classification head, with the same inputs and
 * outputs.
 */
export class OnnxAnchorDecoder implements AnchorDecoder {
  readonly #runtime: Runtime
  readonly #views: number
  readonly #width: number
  readonly #session: Session

  private constructor(runtime: Runtime, views: number, width: number, session: Session) {
    this.#runtime = runtime
    this.#views = views
    this.#width = width
    this.#session = session
  }

  static async create(runtime: Runtime, manifest: Manifest, weights: TensorSource): Promise<OnnxAnchorDecoder> {
    const { architecture, views } = manifest
    const session = await runtime.createSession(buildHead(weights, architecture, views, runtime.dialect))
    return new OnnxAnchorDecoder(runtime, views, architecture.width, session)
  }

  async score(vectors: Float32Array): Promise<{ scores: Float32Array; views: Float32Array }> {
    if (vectors.length === 0) return { scores: new Float32Array(), views: new Float32Array() }
    const views = this.#views
    const width = this.#width
    const shape = [vectors.length / (views * width), views, width]
    const feeds = { vectors: new this.#runtime.Tensor('float32', vectors, shape) }
    const result = await this.#session.run(feeds, ['scores', 'view_scores'])
    return {
      scores: (await result.scores!.getData(true)) as Float32Array,
      views: (await result.view_scores!.getData(true)) as Float32Array,
    }
  }

  release(): Promise<void> {
    return this.#session.release()
  }
}
