import type { Progress, Status } from '../api/ranking.js'
import { Engine } from '../engine/engine.js'
import type { ReadyModel } from '../engine/families.js'
import type { BuildParts } from '../engine/parts.js'
import { createPrompter } from '../engine/prompt.js'
import { type Manifest, stageEnds } from '../model/manifest.js'
import type { OpenRuntime } from '../runtime/openRuntime.js'
import type { RuntimePlan } from '../runtime/runtimePlan.js'
import type { LoadRequest } from '../threads/rerankProtocol.js'
import { sha256 } from '../util/sha256.js'
import { type ProbeAnswer, selfCheck, timeProbe } from './selfCheck.js'

const CACHE_BYTES = 24 * 1024 * 1024

/** A request to load a model, with the listeners and the signal of its caller. */
export interface LoadOptions extends LoadRequest {
  onProgress: (progress: Progress) => void
  onStatus: (status: Status) => void
  signal: AbortSignal
}

/** The device of a plan. */
export type PlannedDevice = Omit<RuntimePlan, 'open'>

/** A model on a device that passed the self-check. */
export interface LoadedEngine {
  plan: PlannedDevice
  engine: Engine
  runtime: OpenRuntime
  answer: ProbeAnswer
  /** Milliseconds that the probe took after warm-up; 0 if it was not timed. */
  probeMs: number
}

export interface CheckOptions {
  /** Depths at which the probe's scores are checked. */
  depths: readonly number[]
  timed: boolean
}

/**
 * Builds a model on a device and checks it with the model's probe. Releases everything if that fails.
 * @throws RerankError `self-check-failed`, or what a runtime throws
 */
export async function loadEngine<Runtime extends OpenRuntime>(
  model: ReadyModel,
  plan: RuntimePlan<Runtime>,
  build: BuildParts<Runtime>,
  options: LoadOptions,
  check: CheckOptions,
): Promise<LoadedEngine> {
  const { onProgress, signal } = options
  const runtime = await plan.open()
  let engine: Engine | undefined
  try {
    engine = await buildEngine(runtime, build, model, options)
    onProgress({ phase: 'check', loaded: 0, total: 1 })
    const answer = await selfCheck(engine, plan.precision, check.depths, signal)
    const probeMs = check.timed ? await timeProbe(engine, signal) : 0
    engine.clearCache()
    onProgress({ phase: 'check', loaded: 1, total: 1 })
    return { plan, engine, runtime, answer, probeMs }
  } catch (error) {
    await engine?.release().catch(() => undefined)
    await runtime.dispose()
    throw error
  }
}

/**
 * SHA-256 over the hashes of all files of a model, as its manifest states them. It identifies the model independently
 * of its name.
 */
export function fingerprint({ files }: Manifest): Promise<string> {
  return sha256(new TextEncoder().encode(files.map(file => file.sha256).join()))
}

/** Releases a runtime even if its sessions cannot be, as those of a lost device. */
export async function releaseEngine({ engine, runtime }: Pick<LoadedEngine, 'engine' | 'runtime'>): Promise<void> {
  await engine.release().catch(() => undefined)
  await runtime.dispose()
}

async function buildEngine<Runtime>(
  runtime: Runtime,
  build: BuildParts<Runtime>,
  model: ReadyModel,
  { onProgress, signal, cacheBytes = CACHE_BYTES, codeCacheBytes = 0 }: LoadOptions,
): Promise<Engine> {
  const { manifest, weights, tokenizer, family } = model
  const prompter = createPrompter(manifest.prompt, tokenizer)
  // One step for each stage of the encoder, and one for the head.
  const total = stageEnds(manifest.architecture).length + 1
  onProgress({ phase: 'load', loaded: 0, total })
  const onStage = (loaded: number) => {
    onProgress({ phase: 'load', loaded, total })
    signal.throwIfAborted()
  }
  const parts = await build(runtime, manifest, weights, onStage, family)
  onProgress({ phase: 'load', loaded: total, total })
  return new Engine(manifest, prompter, parts, { weights: await fingerprint(manifest), cacheBytes, codeCacheBytes })
}
