import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import type { CreateOptions, RerankerInfo } from '../api/ranking.js'
import { VERSION } from '../api/version.js'
import { checkDepth } from '../engine/cascade.js'
import type { Engine } from '../engine/engine.js'
import { type LoadFamily, type ReadyModel, withFamilies } from '../engine/families.js'
import type { BuildParts } from '../engine/parts.js'
import { fitsKernels } from '../kernels/fitsKernels.js'
import { type Manifest, WEIGHTS_FILE } from '../model/manifest.js'
import type { OpenRuntime } from '../runtime/openRuntime.js'
import type { RuntimeOptions, RuntimePlan } from '../runtime/runtimePlan.js'
import type { CachedVerdict, DeviceVerdicts } from '../store/deviceVerdicts.js'
import type { Model } from '../store/loadModel.js'
import type { WorkerFiles } from '../threads/rerankProtocol.js'
import type { OpenedTokenizer } from '../tokenizer/loadTokenizer.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { checkCount } from '../util/wrongType.js'
import {
  fingerprint,
  type LoadedEngine,
  type LoadOptions,
  loadEngine,
  type PlannedDevice,
  releaseEngine,
} from './loadEngine.js'

/** The source of devices. */
export interface DeviceHost<Runtime extends OpenRuntime = OpenRuntime> {
  plan: (options: RuntimeOptions, manifest: Manifest) => Promise<RuntimePlan<Runtime>[]>
  build: BuildParts<Runtime>
  /** @param files their addresses; absent: they lie beside the worker */
  families: (files: WorkerFiles | undefined) => LoadFamily
  /** Verdicts on devices, cached between visits. */
  verdicts?: Pick<DeviceVerdicts, 'read' | 'keep'>
}

/** An engine on the selected device, and the information that the page gets. */
export interface ReadyEngine {
  engine: Engine
  runtime: OpenRuntime
  info: RerankerInfo
}

/**
 * A GPU answers the probe within a few tens of milliseconds. A slower one may be a CPU that emulates a GPU without
 * saying so. Then WASM is timed too, and the faster one is selected.
 */
const SLOW_GPU_MS = 150

/**
 * Loads a model on the best device that passes its self-check. `onStatus` reports the device and the reason.
 * @throws RerankError `unsupported` if no device computes with these options, or if onnxruntime gives way to the
 * kernels; `bad-tokenizer`; `download-failed` for code that the model needs; else the error of the last device
 */
export async function selectDevice<Runtime extends OpenRuntime>(
  model: Model<OpenedTokenizer>,
  options: LoadOptions,
  host: DeviceHost<Runtime>,
): Promise<ReadyEngine> {
  const { manifest } = model
  const depth = options.depth ?? manifest.defaults.depth
  checkDepth(manifest.architecture.exits, depth, manifest.name)
  const plans = await planRuntimes(manifest, options, host)
  // After the plans: a worker that cannot compute the model loads nothing for it.
  const ready = await withFamilies(model, host.families(options.files))
  options.signal.throwIfAborted()
  const { loaded, known } = await new DeviceSelection(ready, options, host).run(plans)
  const { plan, runtime, engine, answer } = loaded
  options.onStatus({
    kind: 'chosen',
    device: plan.device,
    precision: plan.precision,
    reason: `It answered the model's probe within ${answer.error.toPrecision(2)} of full precision; ${answer.tolerance.toPrecision(2)} is allowed.`,
  })
  const info: RerankerInfo = {
    model: manifest.name,
    weights: await fingerprint(manifest),
    dtype: manifest.dtype,
    device: plan.device,
    precision: plan.precision,
    ...(plan.adapter === undefined ? {} : { adapter: plan.adapter }),
    threads: runtime.threads,
    scoring: manifest.architecture.embedder?.scoring ?? (manifest.architecture.anchor ? 'listwise' : 'pointwise'),
    views: manifest.architecture.anchor ? manifest.views : 0,
    depths: manifest.architecture.exits,
    depth,
    ...(manifest.fusion ? { fusion: manifest.fusion } : {}),
    maxLength: manifest.prompt.maxLength,
    ...(manifest.prompt.named ? { prompts: Object.keys(manifest.prompt.named) } : {}),
    versions: { 'mvp-rerank': VERSION, onnxruntime: runtime.version },
    verdict: { ...answer, known },
  }
  return { engine, runtime, info }
}

/** What can compute; a worker holds one of them. */
type Runtimes = { [Name in NonNullable<CreateOptions['runtime']>]?: 1 }

async function planRuntimes<Runtime extends OpenRuntime>(
  manifest: Manifest,
  options: LoadOptions,
  host: DeviceHost<Runtime>,
): Promise<RuntimePlan<Runtime>[]> {
  const { device, precision, threads, runtime } = options
  checkCount('threads', threads, 0)
  // The value is checked as a name is.
  if (runtime) checkOptionNames<Runtimes, 'auto onnxruntime kernels'>({ [runtime]: 1 }, 'auto onnxruntime kernels')
  const quantized = manifest.dtype !== 'fp32'
  const allowsHalf = manifest.architecture.family === 'bert'
  const plans = await host.plan({ device, precision, threads, quantized, allowsHalf }, manifest)
  if (plans.length > 0) return plans
  throw new RerankError(
    'unsupported',
    `The model ${manifest.name} cannot be computed with device ${device} and precision ${precision} here.`,
    { remedy: 'Leave out `precision`: WebGPU computes in fp32 or fp16, WASM in int8 or fp32.' },
  )
}

const giveWay = () => new RerankError('unsupported', 'Only WASM is left, where the kernels are faster.')

const isGpu = ({ adapter }: PlannedDevice) => adapter !== undefined

interface Selection {
  loaded: LoadedEngine
  /** Whether the device passed on an earlier visit. */
  known: boolean
}

/** Tries plans in order until one passes the self-check. */
class DeviceSelection<Runtime extends OpenRuntime> {
  /** A GPU that passed the self-check, but may be slower than WASM. */
  #slowGpu: LoadedEngine | undefined
  /** The error of the last plan that failed. */
  #failure: unknown

  readonly #model: ReadyModel
  readonly #options: LoadOptions
  readonly #host: DeviceHost<Runtime>
  /** Whether the kernels come next where only WASM is left: they are faster. */
  readonly #givesWay: boolean

  constructor(model: ReadyModel, options: LoadOptions, host: DeviceHost<Runtime>) {
    this.#model = model
    this.#options = options
    this.#host = host
    this.#givesWay = options.runtime === 'auto' && fitsKernels(model.manifest)
  }

  async run(plans: readonly RuntimePlan<Runtime>[]): Promise<Selection> {
    for (const plan of plans) {
      // Do not try a slow adapter in another precision.
      if (this.#slowGpu && isGpu(plan)) continue
      const kernelsAreNext = this.#givesWay && plan.device === 'wasm'
      // Only a slow GPU is compared with onnxruntime on WASM first.
      if (kernelsAreNext && !this.#slowGpu) throw giveWay()
      const selection = await this.#try(plan)
      if (!selection) continue
      if (!kernelsAreNext || isGpu(selection.loaded.plan)) return selection
      await releaseEngine(selection.loaded)
      throw giveWay()
    }
    if (this.#slowGpu) return { loaded: this.#slowGpu, known: false }
    throw this.#failure
  }

  /** @returns undefined if the plan fails, or is a slow GPU to be compared with the next plan */
  async #try(plan: RuntimePlan<Runtime>): Promise<Selection | undefined> {
    const verdict = await this.#host.verdicts?.read(this.#verdictKey(plan))
    if (verdict?.refused) {
      this.#stepDown(plan, `On an earlier visit: ${verdict.refused}`)
      this.#failure = modelError('self-check-failed', verdict.refused)
      return undefined
    }
    const known = verdict !== undefined
    try {
      const loaded = await this.#load(plan, known)
      if (this.#slowGpu) return { loaded: await this.#faster(this.#slowGpu, loaded), known: false }
      if (loaded.probeMs <= SLOW_GPU_MS) {
        if (!known) await this.#keepVerdict(plan, { refused: false })
        return { loaded, known }
      }
      this.#slowGpu = loaded
    } catch (error) {
      await this.#handleFailure(plan, error)
    }
    return undefined
  }

  #load(plan: RuntimePlan<Runtime>, known: boolean): Promise<LoadedEngine> {
    const { exits } = this.#model.manifest.architecture
    // A known device is checked only at full depth.
    const depths = known ? exits.slice(-1) : exits
    // A GPU must be fast unless the page asked for it.
    const unaskedGpu = isGpu(plan) && this.#options.device === 'auto'
    const timed = this.#slowGpu !== undefined || (unaskedGpu && !known)
    return loadEngine(this.#model, plan, this.#host.build, this.#options, { depths, timed })
  }

  async #faster(gpu: LoadedEngine, wasm: LoadedEngine): Promise<LoadedEngine> {
    if (gpu.probeMs <= wasm.probeMs) {
      await releaseEngine(wasm)
      await this.#keepVerdict(gpu.plan, { refused: false })
      return gpu
    }
    await releaseEngine(gpu)
    const [gpuMs, wasmMs] = [gpu.probeMs, wasm.probeMs].map(Math.round)
    const reason = `The adapter takes ${gpuMs} ms for the model's probe, WASM ${wasmMs}.`
    this.#stepDown(gpu.plan, reason)
    await this.#keepVerdict(gpu.plan, { refused: reason })
    return wasm
  }

  async #handleFailure(plan: PlannedDevice, error: unknown): Promise<void> {
    const { signal } = this.#options
    if (signal.aborted && this.#slowGpu) await releaseEngine(this.#slowGpu)
    signal.throwIfAborted()
    this.#failure = error
    const reason = error instanceof Error ? error.message : String(error)
    this.#stepDown(plan, reason)
    const wrong = error instanceof RerankError && error.code === 'self-check-failed'
    if (isGpu(plan) && wrong) await this.#keepVerdict(plan, { refused: reason })
  }

  #stepDown({ device, precision }: PlannedDevice, reason: string): void {
    this.#options.onStatus({ kind: 'stepped-down', device, precision, reason })
  }

  async #keepVerdict(plan: PlannedDevice, verdict: CachedVerdict): Promise<void> {
    await this.#host.verdicts?.keep(this.#verdictKey(plan), verdict)
  }

  /**
   * Everything known that a verdict depends on. The requested device counts, because a GPU that the page asked for may
   * be slow.
   */
  #verdictKey({ adapter = '', precision }: PlannedDevice): string[] {
    const { files, probe } = this.#model.manifest
    const weights = files.find(file => file.path === WEIGHTS_FILE)?.sha256 ?? ''
    const { device } = this.#options
    const { userAgent = '' } = (globalThis as { navigator?: { userAgent?: string } }).navigator ?? {}
    return [adapter, userAgent, device, precision, weights, JSON.stringify(probe), VERSION]
  }
}
