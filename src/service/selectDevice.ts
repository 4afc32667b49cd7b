import { RerankError } from '../api/errors.js'
import type { Depth } from '../api/models.js'
import type { Progress, RerankerInfo, Status } from '../api/ranking.js'
import { VERSION } from '../api/version.js'
import { checkDepth } from '../engine/cascade.js'
import type { Engine } from '../engine/engine.js'
import { fingerprint } from '../model/fingerprint.js'
import { WEIGHTS_FILE } from '../model/manifest.js'
import type { Runtime } from '../runtime/runtime.js'
import type { RuntimeOptions, RuntimePlan } from '../runtime/runtimePlan.js'
import type { CachedVerdict, DeviceVerdicts } from '../store/deviceVerdicts.js'
import type { Model } from '../store/loadModel.js'
import { type LoadedEngine, loadEngine, releaseEngine } from './loadEngine.js'

export interface SelectDeviceOptions {
  device: RuntimeOptions['device']
  precision: RuntimeOptions['precision']
  threads: number
  depth?: Depth
  cacheBytes: number
  plan: (options: RuntimeOptions) => Promise<RuntimePlan[]>
  /** Where verdicts on GPUs are kept from visit to visit. */
  verdicts?: DeviceVerdicts
  onProgress: (progress: Progress) => void
  onStatus: (status: Status) => void
  signal: AbortSignal
}

export interface SelectedDevice {
  engine: Engine
  runtime: Runtime
  info: RerankerInfo
}

/**
 * A GPU answers the probe in a few tens of milliseconds. One that takes longer may be a processor that plays a GPU without saying so: then WASM is
 * timed too, and the faster of the two is taken.
 */
const DOUBTFUL_MS = 150

/** A model to an engine on the best device that answers its probe rightly; the page is told which one and why. */
export async function selectDevice(model: Model, name: string, options: SelectDeviceOptions): Promise<SelectedDevice> {
  const { manifest } = model
  const depth = options.depth ?? manifest.defaults.depth
  checkDepth(manifest.architecture.exits, depth, manifest.name)
  const { made, known } = await firstThatProvesItself(model, await planFor(model, options), options)
  const { plan, runtime, engine, answer } = made
  options.onStatus({
    kind: 'chosen',
    device: plan.device,
    precision: plan.precision,
    reason: `It answered the model's probe within ${answer.error.toPrecision(2)} of full precision; ${answer.tolerance.toPrecision(2)} is allowed.`,
  })
  const info: RerankerInfo = {
    model: name,
    weights: await fingerprint(manifest),
    dtype: manifest.dtype,
    device: plan.device,
    precision: plan.precision,
    ...(plan.adapter === undefined ? {} : { adapter: plan.adapter }),
    threads: runtime.threads,
    scoring: manifest.architecture.anchor ? 'listwise' : 'pointwise',
    views: manifest.architecture.anchor ? manifest.views : 0,
    depths: manifest.architecture.exits,
    depth,
    ...(manifest.fusion ? { fusion: manifest.fusion } : {}),
    maxLength: manifest.prompt.maxLength,
    versions: { 'mvp-rerank': VERSION, onnxruntime: runtime.version },
    verdict: { ...answer, known },
  }
  return { engine, runtime, info }
}

async function planFor({ manifest }: Model, options: SelectDeviceOptions): Promise<RuntimePlan[]> {
  const plans = await options.plan({
    device: options.device,
    precision: options.precision,
    threads: options.threads,
    quantized: manifest.dtype !== 'fp32',
    allowsHalf: manifest.architecture.family === 'bert',
  })
  if (plans.length > 0) return plans
  throw new RerankError(
    'unsupported',
    `The model ${manifest.name} cannot be computed with device ${options.device} and precision ${options.precision} here.`,
    { remedy: 'Leave out `precision`: WebGPU computes in fp32 or fp16, WASM in int8 or fp32.' },
  )
}

/** The first plan that proves itself, unless it is a GPU slower than the WASM behind it. */
async function firstThatProvesItself(
  model: Model,
  plans: readonly RuntimePlan[],
  { device, cacheBytes, verdicts, onProgress, onStatus, signal }: SelectDeviceOptions,
): Promise<{ made: LoadedEngine; known: boolean }> {
  const { exits } = model.manifest.architecture
  let failure: unknown
  let slow: LoadedEngine | undefined
  for (const plan of plans) {
    const gpu = plan.adapter !== undefined
    // Another precision of an adapter that is slow is not tried.
    if (slow && gpu) continue
    const kept = gpu ? await verdicts?.read(dependencies(plan)) : undefined
    if (kept?.refused) {
      stepDown(plan, `On an earlier visit: ${kept.refused}`)
      failure = new RerankError('self-check-failed', kept.refused)
      continue
    }
    const known = kept !== undefined
    // A GPU that is taken of our own accord has to be worth it.
    const timed = slow !== undefined || (gpu && device === 'auto' && !known)
    const depths = known ? exits.slice(-1) : exits
    try {
      const made = await loadEngine(model, plan, { depths, timed, cacheBytes, onProgress, signal })
      if (slow) return { made: await faster(slow, made), known: false }
      if (made.ms <= DOUBTFUL_MS) {
        if (gpu && !known) await keep(plan, { refused: false })
        return { made, known }
      }
      slow = made
    } catch (error) {
      if (signal.aborted && slow) await releaseEngine(slow)
      signal.throwIfAborted()
      failure = error
      const reason = error instanceof Error ? error.message : String(error)
      stepDown(plan, reason)
      const wrong = error instanceof RerankError && error.code === 'self-check-failed'
      if (gpu && wrong) await keep(plan, { refused: reason })
    }
  }
  if (slow) return { made: slow, known: false }
  throw failure

  async function faster(gpu: LoadedEngine, wasm: LoadedEngine): Promise<LoadedEngine> {
    if (gpu.ms <= wasm.ms) {
      await releaseEngine(wasm)
      await keep(gpu.plan, { refused: false })
      return gpu
    }
    await releaseEngine(gpu)
    const reason = `The adapter takes ${Math.round(gpu.ms)} ms for the model's probe, WASM ${Math.round(wasm.ms)}.`
    stepDown(gpu.plan, reason)
    await keep(gpu.plan, { refused: reason })
    return wasm
  }

  function stepDown({ device, precision }: RuntimePlan, reason: string): void {
    onStatus({ kind: 'stepped-down', device, precision, reason })
  }

  async function keep(plan: RuntimePlan, verdict: CachedVerdict): Promise<void> {
    await verdicts?.keep(dependencies(plan), verdict)
  }

  /** All that a verdict depends on, as far as can be known. Only where WebGPU is not asked for, it has to be fast. */
  function dependencies({ adapter = '', precision }: RuntimePlan): string[] {
    const { files, probe } = model.manifest
    const weights = files.find(file => file.path === WEIGHTS_FILE)?.sha256 ?? ''
    return [adapter, navigator.userAgent, device, precision, weights, JSON.stringify(probe), VERSION]
  }
}
