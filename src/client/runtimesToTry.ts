import type { CreateOptions } from '../api/ranking.js'
import type { LoadRequest } from '../threads/rerankProtocol.js'
import { isLoss } from './workerSupervisor.js'

/** `auto` is onnxruntime on a device that outdoes the kernels. It gives way to them where WASM is all that is left. */
export type RuntimeToTry = CreateOptions['runtime']

/**
 * The runtimes to try for some options, best first. Our own kernels take half the time of onnxruntime on WASM, and a
 * page downloads no onnxruntime.
 * @param outdone whether onnxruntime has a device that outdoes the kernels; absent: there is one worker for all
 */
export async function runtimesToTry(
  { runtime = 'auto', device, precision }: LoadRequest,
  outdone: (() => Promise<boolean>) | undefined,
): Promise<RuntimeToTry[]> {
  const all: RuntimeToTry[] = ['auto', 'kernels', 'onnxruntime']
  if (runtime !== 'auto') return [runtime]
  if (!outdone || !/auto|wasm/.test(device) || !/auto|int8/.test(precision)) return all.slice(2)
  return device === 'auto' && (await outdone()) ? all : all.slice(1)
}

/**
 * Loads with the first runtime that can.
 * @throws what `load` throws of the last one, or what no other runtime would change
 */
export async function loadFirst<T>(
  [runtime, ...others]: readonly RuntimeToTry[],
  load: (runtime: RuntimeToTry) => Promise<T>,
): Promise<T> {
  try {
    return await load(runtime)
  } catch (error) {
    // What one runtime refuses or fails at may work with the next.
    if (!others.length || !isLoss(error, 'unsupported', 'self-check-failed', 'runtime-failed')) throw error
  }
  return loadFirst(others, load)
}
