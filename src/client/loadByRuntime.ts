import type { RerankError } from '../api/errors.js'
import type { CreateOptions } from '../api/ranking.js'
import { isLoss } from './workerSupervisor.js'

/** What the kernels refuse or fail at may work with onnxruntime. */
const FALLS_BACK = ['unsupported', 'self-check-failed', 'runtime-failed']

type ChosenRuntime = Exclude<CreateOptions['runtime'], 'auto' | undefined>

/**
 * Loads with the runtime that the options name, or, with `auto`, with the kernels if they are preferred, and with
 * onnxruntime if they are not or cannot.
 * @throws what `load` throws
 */
export async function loadByRuntime<T>(
  { runtime = 'auto' }: CreateOptions,
  prefersKernels: boolean,
  load: (runtime: ChosenRuntime) => Promise<T>,
): Promise<T> {
  if (runtime !== 'auto') return load(runtime)
  try {
    if (prefersKernels) return await load('kernels')
  } catch (error) {
    if (!isLoss(error) && !FALLS_BACK.includes((error as RerankError | undefined)?.code ?? '')) throw error
  }
  return load('onnxruntime')
}
