import type { Progress, RerankerInfo, Status } from '../client/types.js'
import { RerankError } from '../errors.js'
import type { RuntimeOptions, RuntimePlan } from '../runtime/plan.js'
import type { Runtime } from '../runtime/runtime.js'
import type { Model } from '../store/loadModel.js'
import { VERSION } from '../version.js'
import { AnchorDecoder } from './anchor.js'
import { Encoder } from './encode.js'
import { Engine } from './engine.js'
import { createPrompter } from './prompt.js'
import { selfCheck } from './selfCheck.js'
import { createTokenizer } from './tokenize.js'

export interface PrepareOptions {
  device: RuntimeOptions['device']
  precision: RuntimeOptions['precision']
  threads: number
  depth?: number
  cacheBytes: number
  plan: (options: RuntimeOptions) => Promise<RuntimePlan[]>
  onProgress: (progress: Progress) => void
  onStatus: (status: Status) => void
  signal: AbortSignal
}

export interface Prepared {
  engine: Engine
  runtime: Runtime
  info: RerankerInfo
}

/** A model to an engine on the best device that answers its probe rightly; the page is told which one and why. */
export async function prepare(model: Model, name: string, options: PrepareOptions): Promise<Prepared> {
  const { manifest } = model
  const depth = options.depth ?? manifest.defaults.depth
  checkDepth(manifest.architecture.exits, depth, manifest.name)
  const plans = await options.plan({
    device: options.device,
    precision: options.precision,
    threads: options.threads,
    quantized: manifest.dtype !== 'fp32',
    allowsHalf: manifest.architecture.family === 'bert',
  })
  if (plans.length === 0) {
    throw new RerankError(
      'unsupported',
      `The model ${manifest.name} cannot be computed with device ${options.device} and precision ${options.precision} here.`,
      { remedy: 'Leave out `precision`: WebGPU computes in fp32 or fp16, WASM in int8 or fp32.' },
    )
  }
  let failure: unknown
  for (const plan of plans) {
    try {
      return await attempt(plan)
    } catch (error) {
      options.signal.throwIfAborted()
      failure = error
      const reason = error instanceof Error ? error.message : String(error)
      options.onStatus({ kind: 'stepped-down', device: plan.device, precision: plan.precision, reason })
    }
  }
  throw failure

  async function attempt(plan: RuntimePlan): Promise<Prepared> {
    const runtime = await plan.open()
    let engine: Engine | undefined
    try {
      engine = await build(runtime, model, options)
      options.onProgress({ phase: 'check', loaded: 0, total: 1 })
      const verdict = await selfCheck(engine, plan.precision, options.signal)
      options.onProgress({ phase: 'check', loaded: 1, total: 1 })
      options.onStatus({
        kind: 'chosen',
        device: plan.device,
        precision: plan.precision,
        reason: `It answered the model's probe within ${verdict.error.toPrecision(2)} of full precision; ${verdict.tolerance.toPrecision(2)} is allowed.`,
      })
      const info: RerankerInfo = {
        model: name,
        dtype: manifest.dtype,
        device: plan.device,
        precision: plan.precision,
        threads: runtime.threads,
        views: manifest.views,
        depths: manifest.architecture.exits,
        depth,
        maxLength: manifest.prompt.maxLength,
        versions: { 'mvp-rerank': VERSION, onnxruntime: runtime.version },
        verdict,
      }
      return { engine, runtime, info }
    } catch (error) {
      await engine?.release().catch(() => undefined)
      await runtime.dispose()
      throw error
    }
  }
}

export function checkDepth(exits: readonly number[], depth: number, name: string): void {
  if (exits.includes(depth)) return
  throw new RerankError('unsupported', `The model ${name} cannot stop after ${depth} layers.`, {
    remedy: `Depths of this model: ${exits.join(', ')}.`,
  })
}

async function build(
  runtime: Runtime,
  model: Model,
  { onProgress, signal, cacheBytes }: PrepareOptions,
): Promise<Engine> {
  const { manifest, weights } = model
  const prompter = createPrompter(manifest.prompt, createTokenizer(model.tokenizer))
  // The anchor's graph is the last part.
  const total = manifest.architecture.exits.length + 1
  onProgress({ phase: 'load', loaded: 0, total })
  const encoder = await Encoder.create(runtime, manifest, weights, loaded => {
    onProgress({ phase: 'load', loaded, total })
    signal.throwIfAborted()
  })
  try {
    const decoder = await AnchorDecoder.create(runtime, manifest, weights)
    onProgress({ phase: 'load', loaded: total, total })
    return new Engine(manifest, prompter, encoder, decoder, cacheBytes)
  } catch (error) {
    await encoder.release()
    throw error
  }
}
