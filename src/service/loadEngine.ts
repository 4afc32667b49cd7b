import type { Progress } from '../api/ranking.js'
import { AnchorDecoder } from '../engine/anchorDecoder.js'
import { Encoder } from '../engine/encoder.js'
import { Engine } from '../engine/engine.js'
import { createPrompter } from '../engine/prompt.js'
import type { Runtime } from '../runtime/runtime.js'
import type { RuntimePlan } from '../runtime/runtimePlan.js'
import type { Model } from '../store/loadModel.js'
import { createTokenizer } from '../tokenizer/tokenize.js'
import { type ProbeAnswer, selfCheck, timeProbe } from './selfCheck.js'

/** A model on a device that has answered the probe rightly. */
export interface LoadedEngine {
  plan: RuntimePlan
  engine: Engine
  runtime: Runtime
  answer: ProbeAnswer
  /** How long the probe took once all was warm; 0 where nobody asked. */
  ms: number
}

export interface LoadEngineOptions {
  /** Depths at which the probe is asked. */
  depths: readonly number[]
  /** Whether the probe is timed too. */
  timed: boolean
  cacheBytes: number
  onProgress: (progress: Progress) => void
  signal: AbortSignal
}

/**
 * Builds a model on a device and lets it prove itself; leaves nothing behind where that fails.
 * @throws RerankError `self-check-failed`, and what a runtime throws
 */
export async function loadEngine(model: Model, plan: RuntimePlan, options: LoadEngineOptions): Promise<LoadedEngine> {
  const { onProgress, signal } = options
  const runtime = await plan.open()
  let engine: Engine | undefined
  try {
    engine = await build(runtime, model, options)
    onProgress({ phase: 'check', loaded: 0, total: 1 })
    const answer = await selfCheck(engine, plan.precision, options.depths, signal)
    const ms = options.timed ? await timeProbe(engine, signal) : 0
    engine.forget()
    onProgress({ phase: 'check', loaded: 1, total: 1 })
    return { plan, engine, runtime, answer, ms }
  } catch (error) {
    await engine?.release().catch(() => undefined)
    await runtime.dispose()
    throw error
  }
}

export async function releaseEngine({ engine, runtime }: LoadedEngine): Promise<void> {
  await engine.release().catch(() => undefined)
  await runtime.dispose()
}

async function build(
  runtime: Runtime,
  model: Model,
  { onProgress, signal, cacheBytes }: LoadEngineOptions,
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
