import { expect, test } from 'vitest'
import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import type { CreateOptions } from '../api/ranking.js'
import { loadByRuntime } from './loadByRuntime.js'

/** @returns what was loaded, in order; the kernels fail with `failure` */
async function loaded(options: CreateOptions, prefersKernels: boolean, failure?: unknown): Promise<string[]> {
  const seen: string[] = []
  await loadByRuntime(options, prefersKernels, async runtime => {
    seen.push(runtime)
    if (failure && runtime === 'kernels') throw failure
  })
  return seen
}

test('takes the runtime that is named', async () => {
  for (const runtime of ['onnxruntime', 'kernels'] as const) {
    for (const prefers of [true, false]) expect(await loaded({ runtime }, prefers)).toEqual([runtime])
  }
  const named = loaded({ runtime: 'kernels' }, true, new RerankError('unsupported', 'The kernels do not.'))
  await expect(named).rejects.toMatchObject({ code: 'unsupported' })
})

test('takes the better one by default', async () => {
  for (const options of [{}, { runtime: 'auto' }] as const) {
    expect(await loaded(options, true)).toEqual(['kernels'])
    expect(await loaded(options, false)).toEqual(['onnxruntime'])
  }
})

test('falls back where the kernels cannot, and only there', async () => {
  const cannot = [
    new RerankError('unsupported', 'The kernels do not compute this model.'),
    modelError('self-check-failed', 'The scores are off.'),
  ]
  for (const failure of cannot) expect(await loaded({}, true, failure)).toEqual(['kernels', 'onnxruntime'])
  for (const failure of [modelError('model-not-found', 'No such model.'), 'aborted']) {
    await expect(loaded({}, true, failure)).rejects.toBe(failure)
  }
})
