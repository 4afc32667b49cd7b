import type { Precision } from '../api/models.js'
import { Mutex } from '../util/mutex.js'
import { describeAdapter, isSoftware, requestAdapter, requestDevice } from './gpu.js'
import type { OrtBuild, OrtFiles } from './ortFiles.js'
import type { Ort, Runtime } from './runtime.js'
import { type RuntimeOptions, type RuntimePlan, wasmPrecisions } from './runtimePlan.js'
import { createSession } from './sessions.js'
import { fitSharedMemory } from './sharedMemory.js'
import { usableThreads } from './usableThreads.js'
import { loadWebOrt, ortBuildFor } from './webOrt.js'

/**
 * WASM's heap never shrinks, so the largest batch decides the worker's memory. This limits a batch of a model like
 * mvp-mini to two prompts of 256 tokens, or 1024 tokens of shorter ones.
 */
const WASM_MAX_BUFFER = 6 * 1024 * 1024

/** onnxruntime's level. The page's console would show warnings, such as "shapes are computed on the CPU", as errors. */
const ERRORS = 3

/**
 * The runtimes to try in a browser's worker, best first.
 * @throws RerankError `no-webgpu` for device webgpu without an adapter; `unsupported` without shared memory
 */
export async function planWebRuntimes(options: RuntimeOptions, files: OrtFiles): Promise<RuntimePlan[]> {
  const mutex = new Mutex()
  const threads = fitSharedMemory() ? usableThreads(options.threads) : 1
  const plans: RuntimePlan[] = []
  let adapter: GPUAdapter | undefined
  if (options.device === 'webgpu') adapter = await requestAdapter()
  if (options.device === 'auto') adapter = await requestAdapter().catch(() => undefined)
  if (adapter && options.device === 'auto' && isSoftware(adapter)) adapter = undefined

  // Stepping down to WASM loads another build: the smaller WebGPU build lacks a CPU kernel (GatherBlockQuantized).
  const builds = new Map<OrtBuild, Promise<Ort>>()
  const load = (build: OrtBuild) => {
    const loading = builds.get(build) ?? loadWebOrt(build, threads, files)
    builds.set(build, loading)
    return loading
  }

  if (adapter) {
    const found = adapter
    for (const precision of gpuPrecisions(options, found)) {
      plans.push({
        device: 'webgpu',
        precision,
        adapter: describeAdapter(found),
        open: async () => openGpu(await load(ortBuildFor(true)), found, precision, threads, mutex),
      })
    }
  }
  if (options.device !== 'webgpu') {
    for (const precision of wasmPrecisions(options)) {
      plans.push({
        device: 'wasm',
        precision,
        open: async () => openWasm(await load(ortBuildFor(false)), precision, threads, mutex),
      })
    }
  }
  return plans
}

function gpuPrecisions({ precision, allowsHalf }: RuntimeOptions, adapter: GPUAdapter): Precision[] {
  const half = allowsHalf && adapter.features.has('shader-f16')
  if (precision === 'auto') return half ? ['fp16', 'fp32'] : ['fp32']
  if (precision === 'fp16') return half ? ['fp16'] : []
  // int8 arithmetic has no WebGPU kernels.
  return precision === 'fp32' ? ['fp32'] : []
}

async function openGpu(
  ort: Ort,
  adapter: GPUAdapter,
  precision: Precision,
  threads: number,
  mutex: Mutex,
): Promise<Runtime> {
  const device = await requestDevice(adapter)
  return {
    device: 'webgpu',
    dialect: { device: 'webgpu', precision },
    threads,
    version: ort.env.versions.common,
    Tensor: ort.Tensor,
    maxBufferBytes: device.limits.maxStorageBufferBindingSize,
    createSession: (graph, onDevice = []) =>
      createSession(
        ort.InferenceSession,
        graph,
        {
          executionProviders: [{ name: 'webgpu', device }],
          logSeverityLevel: ERRORS,
          preferredOutputLocation: Object.fromEntries(onDevice.map(name => [name, 'gpu-buffer'])),
        },
        mutex,
      ),
    lost: device.lost.then(({ message, reason }) => message || reason),
    dispose: async () => device.destroy(),
  }
}

async function openWasm(ort: Ort, precision: Precision, threads: number, mutex: Mutex): Promise<Runtime> {
  return {
    device: 'wasm',
    dialect: { device: 'wasm', precision },
    threads,
    version: ort.env.versions.common,
    Tensor: ort.Tensor,
    maxBufferBytes: WASM_MAX_BUFFER,
    createSession: graph =>
      createSession(
        ort.InferenceSession,
        graph,
        // onnxruntime keeps a memory pattern for every input shape, and the patterns do not fit batches without
        // padding.
        { executionProviders: ['wasm'], enableMemPattern: false, logSeverityLevel: ERRORS },
        mutex,
      ),
    dispose: async () => {},
  }
}
