import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { conversions } from '../../test/convertedModels.js'
import type { RerankerInfo } from '../api/ranking.js'
import { allFamilies } from '../engine/allFamilies.js'
import { kernelWasm } from '../kernels/kernelWasm.js'
import { openKernels } from '../kernels/openKernels.js'
import type { Manifest } from '../model/manifest.js'
import { type KernelRuntime, planKernels } from '../runtime/kernelRuntimes.js'
import type { RuntimeOptions, RuntimePlan } from '../runtime/runtimePlan.js'
import type { CachedVerdict } from '../store/deviceVerdicts.js'
import { FolderSource } from '../store/folderSource.js'
import type { LoadRequest } from '../threads/rerankProtocol.js'
import { EngineService } from './engineService.js'
import { buildKernelParts } from './kernelParts.js'

const { converted } = conversions()
let models: Record<'q8' | 'fp32', string>
beforeAll(async () => {
  models = { q8: (await converted('bert-relu', 'q8')).out, fp32: (await converted('bert-relu', 'fp32')).out }
}, 60_000)
afterEach(() => vi.restoreAllMocks())

const lost = async (): Promise<never> => {
  throw new Error('The device was reset.')
}

/**
 * Loads as onnxruntime's worker does, with a GPU before WASM. Both stand on the kernels.
 * @param gpu opens the GPU; by default it works
 * @param gpuMs how long its probe takes
 */
async function load(request: Partial<LoadRequest>, { gpu, gpuMs = 0 }: { gpu?: typeof lost; gpuMs?: number } = {}) {
  const log: string[] = []
  const verdicts: CachedVerdict[] = []
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const named = (plan: RuntimePlan<KernelRuntime>, name: string): RuntimePlan<KernelRuntime> => ({
    ...plan,
    open: async () => {
      log.push(`open ${name}`)
      const runtime = name === 'webgpu' && gpu ? await gpu() : await plan.open()
      const dispose = async () => {
        log.push(`close ${name}`)
        await runtime.dispose()
      }
      return { ...runtime, name, dispose }
    },
  })
  const service = new EngineService<KernelRuntime>({
    plan: async (options: RuntimeOptions, manifest: Manifest) => {
      const noThreads = () => Promise.reject(new Error('no threads'))
      const open = async () => openKernels(await kernelWasm(), 1, noThreads)
      const plans = await planKernels({ ...options, device: 'wasm' }, { ...manifest, dtype: 'q8' }, 1, open)
      const [wasm] = plans as [RuntimePlan<KernelRuntime>]
      return [named({ ...wasm, device: 'webgpu', adapter: 'a GPU' }, 'webgpu'), named(wasm, 'wasm')]
    },
    families: allFamilies,
    build: async (runtime, ...rest) => {
      const parts = await buildKernelParts(runtime, ...rest)
      const { encoder } = parts
      const encode = encoder.encode.bind(encoder)
      encoder.encode = (...given) => {
        now += (runtime as { name?: string }).name === 'webgpu' ? gpuMs : 10
        return encode(...given)
      }
      return parts
    },
    open: folder => new FolderSource(folder),
    verdicts: { read: async () => undefined, keep: async (_, verdict) => void verdicts.push(verdict) },
  })
  const outcome = await service
    .load(
      { model: models.q8, device: 'auto', precision: 'auto', threads: 0, runtime: 'auto', ...request },
      () => {},
      status => log.push('device' in status ? `${status.kind} ${status.device}` : status.kind),
    )
    .catch((error: Error & { code: string }) => error)
  if (!(outcome instanceof Error)) await service.dispose()
  return { log, outcome: outcome instanceof Error ? outcome.code : (outcome as RerankerInfo).device, verdicts }
}

test('onnxruntime keeps a GPU that works', async () => {
  const { log, outcome } = await load({})
  expect(outcome).toBe('webgpu')
  expect(log).toEqual(['open webgpu', 'chosen webgpu', 'close webgpu'])
})

test('onnxruntime gives way to the kernels where its GPU fails, and says why', async () => {
  const { log, outcome } = await load({}, { gpu: lost })
  expect(outcome).toBe('unsupported')
  expect(log).toEqual(['open webgpu', 'stepped-down webgpu'])
})

test.each(['onnxruntime', undefined] as const)('asked for %s, it gives way to none', async runtime => {
  const { log, outcome } = await load({ runtime }, { gpu: lost })
  expect(outcome).toBe('wasm')
  expect(log).toEqual(['open webgpu', 'stepped-down webgpu', 'open wasm', 'chosen wasm', 'close wasm'])
})

test('onnxruntime goes on to WASM with a model that the kernels do not run', async () => {
  const { log } = await load({ model: models.fp32 }, { gpu: lost })
  expect(log.slice(0, 3)).toEqual(['open webgpu', 'stepped-down webgpu', 'open wasm'])
})

test('a slow GPU that WASM beats gives way to the kernels too, and is remembered', async () => {
  const { log, outcome, verdicts } = await load({}, { gpuMs: 1000 })
  expect(outcome).toBe('unsupported')
  expect(log).toEqual(['open webgpu', 'open wasm', 'close webgpu', 'stepped-down webgpu', 'close wasm'])
  expect(verdicts).toEqual([{ refused: expect.stringMatching(/The adapter takes \d+ ms for the model's probe, WASM/) }])
})
