import { describe, expect, test } from 'vitest'
import { deviceError } from '../api/deviceErrors.js'
import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import { loadFirst, type RuntimeToTry, runtimesToTry } from './runtimesToTry.js'

describe('the runtimes to try', () => {
  const request = { model: '', device: 'auto', precision: 'auto', threads: 0 } as const
  const yes = async () => true
  const no = async () => false

  test('are the one that is named', async () => {
    for (const runtime of ['onnxruntime', 'kernels'] as const) {
      for (const outdone of [yes, no]) expect(await runtimesToTry({ ...request, runtime }, outdone)).toEqual([runtime])
    }
  })

  test('are by default the kernels, after a device that outdoes them', async () => {
    for (const runtime of [undefined, 'auto'] as const) {
      expect(await runtimesToTry({ ...request, runtime }, no)).toEqual(['kernels', 'onnxruntime'])
      expect(await runtimesToTry({ ...request, runtime }, yes)).toEqual(['auto', 'kernels', 'onnxruntime'])
    }
    expect(await runtimesToTry({ ...request, device: 'wasm' }, yes)).toEqual(['kernels', 'onnxruntime'])
  })

  test('are only onnxruntime for what the kernels never do, and in a worker that the page gives', async () => {
    expect(await runtimesToTry({ ...request, runtime: 'auto' }, undefined)).toEqual(['onnxruntime'])
    expect(await runtimesToTry({ ...request, runtime: 'kernels' }, undefined)).toEqual(['kernels'])
    for (const asked of [{ device: 'webgpu' }, { device: 'cpu' }, { precision: 'fp32' }] as const) {
      expect(await runtimesToTry({ ...request, ...asked }, yes)).toEqual(['onnxruntime'])
    }
  })
})

describe('the first that can', () => {
  /** @returns what was tried, in order */
  async function tried(runtimes: RuntimeToTry[], failures: Partial<Record<string, unknown>>): Promise<unknown[]> {
    const seen: RuntimeToTry[] = []
    const chosen = await loadFirst(runtimes, async runtime => {
      seen.push(runtime)
      if (failures[runtime!]) throw failures[runtime!]
      return runtime
    })
    expect(chosen).toBe(seen.at(-1))
    return seen
  }
  const all: RuntimeToTry[] = ['auto', 'kernels', 'onnxruntime']
  const unsupported = new RerankError('unsupported', 'The kernels do not compute this model.')

  test('is taken', async () => {
    expect(await tried(all, {})).toEqual(['auto'])
    expect(await tried(['kernels', 'onnxruntime'], {})).toEqual(['kernels'])
  })

  test.each([
    unsupported,
    modelError('self-check-failed', 'The scores are off.'),
    modelError('runtime-failed', 'It failed.'),
    deviceError('device-lost', 'It was reset.'),
  ])('is the next one after $code', async auto => {
    expect(await tried(all, { auto })).toEqual(['auto', 'kernels'])
    expect(await tried(all, { auto, kernels: unsupported })).toEqual(all)
  })

  test('is none after what no other changes, or after the last', async () => {
    for (const auto of [modelError('model-not-found', 'No such model.'), 'aborted']) {
      await expect(tried(all, { auto })).rejects.toBe(auto)
    }
    await expect(tried(['kernels'], { kernels: unsupported })).rejects.toBe(unsupported)
    const onnxruntime = modelError('self-check-failed', 'The scores are off.')
    await expect(tried(all, { auto: unsupported, kernels: unsupported, onnxruntime })).rejects.toBe(onnxruntime)
  })
})
