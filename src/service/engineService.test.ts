import { afterAll, beforeAll, expect, test } from 'vitest'
import { conversions } from '../../test/convertedModels.js'
import { modelError } from '../api/modelErrors.js'
import { allFamilies } from '../engine/allFamilies.js'
import { Engine } from '../engine/engine.js'
import type { LoadFamily } from '../engine/families.js'
import { kernelWasm } from '../kernels/kernelWasm.js'
import { openKernels, type StartThread } from '../kernels/openKernels.js'
import type { Manifest } from '../model/manifest.js'
import { type KernelRuntime, kernelHost, planKernels } from '../runtime/kernelRuntimes.js'
import type { RuntimeOptions } from '../runtime/runtimePlan.js'
import { FolderSource } from '../store/folderSource.js'
import type { LoadRequest } from '../threads/rerankProtocol.js'
import { EngineService } from './engineService.js'
import { buildKernelParts } from './kernelParts.js'

const { converted } = conversions()
let request: LoadRequest
beforeAll(async () => {
  const { out } = await converted('bert-relu', 'q8')
  request = { model: out, device: 'auto', precision: 'auto', threads: 0 }
})
const release = Engine.prototype.release
afterAll(() => {
  Engine.prototype.release = release
})

/** A service on one thread that counts the runtimes which are open, and lists the families that it loads. */
function counted() {
  const open = { runtimes: 0, everOpened: 0 }
  const families = { asked: [] as string[], load: allFamilies() }
  const plan = async (options: RuntimeOptions, manifest: Manifest) => {
    const noThreads = () => Promise.reject(new Error('no threads'))
    const plans = await planKernels(options, manifest, 1, async () => openKernels(await kernelWasm(), 1, noThreads))
    return plans.map(plan => ({
      ...plan,
      open: async (): Promise<KernelRuntime> => {
        const runtime = await plan.open()
        open.runtimes++
        open.everOpened++
        return {
          ...runtime,
          dispose: async () => {
            open.runtimes--
            await runtime.dispose()
          },
        }
      },
    }))
  }
  const host = {
    plan,
    build: buildKernelParts,
    families: (): LoadFamily => name => {
      families.asked.push(name)
      return families.load(name)
    },
    open: (folder: string) => new FolderSource(folder),
  }
  const service = new EngineService(host)
  return { service, open, families }
}

const ignore = () => {}

test('a service that is disposed at the end of its load holds nothing', async () => {
  const { service, open } = counted()
  let disposed: Promise<void> | undefined
  const loading = service.load(
    request,
    ({ phase, loaded }) => {
      if (phase === 'check' && loaded === 1) disposed = service.dispose()
    },
    ignore,
  )
  await expect(loading).rejects.toMatchObject({ code: 'disposed' })
  await disposed
  expect(open.runtimes).toBe(0)
})

test('a runtime is closed even if its engine cannot be released', async () => {
  const { service, open } = counted()
  await service.load(request, ignore, ignore)
  expect(open.runtimes).toBe(1)
  Engine.prototype.release = () => Promise.reject(new Error('The device is lost.'))
  await service.dispose()
  expect(open.runtimes).toBe(0)
})

test.each([-1, 1.5])('%f threads are refused', async threads => {
  const { service } = counted()
  await expect(service.load({ ...request, threads }, ignore, ignore)).rejects.toMatchObject({ code: 'bad-option' })
})

test.each([
  ['bert-relu', []],
  ['cross-encoder-xlm-roberta', ['Unigram']],
  ['cross-encoder-roberta', ['BPE']],
] as const)('%s loads the families that it needs, and no other', async (name, needed) => {
  const { service, families } = counted()
  const { out: model } = await converted(name, 'q8')
  await service.load({ ...request, model }, ignore, ignore)
  await service.dispose()
  expect(families.asked).toEqual(needed)
})

test('a worker that cannot compute a model loads no family for it', async () => {
  const { service, families } = counted()
  const { out: model } = await converted('t5-relu', 'q8')
  await expect(service.load({ ...request, model }, ignore, ignore)).rejects.toMatchObject({ code: 'unsupported' })
  expect(families.asked).toEqual([])
})

test('a family that cannot be loaded ends the load before a runtime is opened', async () => {
  const { service, open, families } = counted()
  families.load = () => Promise.reject(modelError('download-failed', 'The file is not there.'))
  const { out: model } = await converted('cross-encoder-roberta', 'q8')
  await expect(service.load({ ...request, model }, ignore, ignore)).rejects.toMatchObject({ code: 'download-failed' })
  expect(open.everOpened).toBe(0)
})

/** A service whose kernels open while the model is read. Its threads do nothing. */
function ahead() {
  const threads = { started: 0, running: 0 }
  const start: StartThread = async () => {
    threads.started++
    threads.running++
    return () => {
      threads.running--
    }
  }
  const host = kernelHost(asked => asked || 3, start)
  const service = new EngineService({
    ...host,
    build: buildKernelParts,
    families: allFamilies,
    open: folder => new FolderSource(folder),
  })
  return { service, threads }
}

test('kernels that opened while the model was read are used, and closed once', async () => {
  const { service, threads } = ahead()
  const info = await service.load(request, ignore, ignore)
  expect(info.threads).toBe(3)
  expect(threads).toEqual({ started: 2, running: 2 })
  await service.dispose()
  expect(threads).toEqual({ started: 2, running: 0 })
})

test.each([
  ['whose model is missing', { model: 'no/such/folder/' }, 'model-not-found'],
  ['that the kernels refuse', { precision: 'fp32' }, 'unsupported'],
] as const)('kernels that opened for a load %s are closed', async (_, wrong, code) => {
  const { service, threads } = ahead()
  await expect(service.load({ ...request, ...wrong }, ignore, ignore)).rejects.toMatchObject({ code })
  expect(threads).toEqual({ started: 2, running: 0 })
})
