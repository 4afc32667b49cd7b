import { availableParallelism } from 'node:os'
import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import type { Precision } from '../api/models.js'
import { Mutex } from '../util/mutex.js'
import type { Ort, Runtime } from './runtime.js'
import { type RuntimeOptions, type RuntimePlan, wasmPrecisions } from './runtimePlan.js'
import { createSession } from './sessions.js'
import { hasExactSignedProducts } from './signedProducts.js'

/**
 * The runtimes to try in Node, best first: onnxruntime-node if it is installed (docs/NODE.md), then onnxruntime-web's
 * WASM.
 * @throws RerankError `no-webgpu`; `unsupported` for device cpu without onnxruntime-node
 */
export async function planNodeRuntimes(options: RuntimeOptions): Promise<RuntimePlan[]> {
  const threads = options.threads || allThreads()
  const plans: RuntimePlan[] = []
  if (options.device === 'webgpu') {
    throw modelError('no-webgpu', 'Node has no WebGPU.', { remedy: "Use device 'auto', 'cpu' or 'wasm'." })
  }
  const native = options.device === 'wasm' ? undefined : await importOptional('onnxruntime-node')
  if (options.device === 'cpu' && !native) {
    throw new RerankError(
      'unsupported',
      'Device cpu is onnxruntime-node, which is not installed or does not load here.',
      {
        remedy: "Install it with `npm install --ignore-scripts onnxruntime-node`, or use device 'auto' or 'wasm'.",
      },
    )
  }
  for (const precision of wasmPrecisions(options)) {
    if (native) plans.push({ device: 'cpu', precision, open: async () => open(native, 'cpu', precision, threads) })
    if (options.device !== 'cpu') {
      plans.push({
        device: 'wasm',
        precision,
        open: async () => {
          const ort = (await import('onnxruntime-web')) as unknown as Ort
          ort.env.wasm.numThreads = threads
          return open(ort, 'wasm', precision, threads)
        },
      })
    }
  }
  return plans
}

/** The threads of an option that names none. */
export function allThreads(): number {
  return Math.min(availableParallelism(), 8)
}

/** @returns undefined if the package is not installed or does not load here */
export async function importOptional(name: string): Promise<Ort | undefined> {
  try {
    return (await import(/* @vite-ignore */ name)) as Ort
  } catch {
    return undefined
  }
}

async function open(ort: Ort, device: 'cpu' | 'wasm', precision: Precision, threads: number): Promise<Runtime> {
  const mutex = new Mutex()
  const signedWeights = device === 'cpu' && precision === 'int8' && (await hasExactSignedProducts(ort))
  return {
    device,
    dialect: { device: 'wasm', precision, signedWeights },
    threads,
    version: ort.env.versions.common,
    Tensor: ort.Tensor,
    maxBufferBytes: 1024 * 1024 * 1024,
    createSession: graph =>
      createSession(
        ort.InferenceSession,
        graph,
        {
          executionProviders: [device],
          intraOpNumThreads: threads,
          enableMemPattern: false,
          logSeverityLevel: 3,
          // Each session has its own threads. Threads of an idle session must not spin on the cores that another needs.
          extra: { session: { intra_op: { allow_spinning: '0' } } },
        },
        mutex,
      ),
    dispose: async () => {},
  }
}
