import { RerankError } from '../api/errors.js'
import { fitsKernels } from '../kernels/fitsKernels.js'
import { kernelWasm } from '../kernels/kernelWasm.js'
import { type OpenKernels, openKernels, type StartThread } from '../kernels/openKernels.js'
import type { Manifest } from '../model/manifest.js'
import type { OpenRuntime } from './openRuntime.js'
import type { RuntimeChoice, RuntimePlan } from './runtimePlan.js'

/** Our own kernels on the CPU. */
export interface KernelRuntime extends OpenRuntime {
  readonly kernels: OpenKernels
}

/**
 * The kernels on the threads asked for, then on one: threads may fail where one does not.
 * @param threads how many can run here
 * @param patience as of `openKernels`
 * @throws RerankError `unsupported` for a device, a precision or a model that they do not compute
 */
export async function planKernels(
  { device, precision }: Pick<RuntimeChoice, 'device' | 'precision'>,
  manifest: Manifest,
  threads: number,
  startThread: StartThread,
  patience?: number,
): Promise<RuntimePlan<KernelRuntime>[]> {
  if (!['auto', 'wasm'].includes(device)) throw refusal(`compute on WASM, not on ${device}`, 'Leave out `device`')
  if (!['auto', 'int8'].includes(precision))
    throw refusal(`compute in int8, not in ${precision}`, 'Leave out `precision`')
  if (!fitsKernels(manifest)) {
    throw refusal(`do not compute the model ${manifest.name}`, 'Use a quantized model that is wired like BERT')
  }
  return [...new Set([threads, 1])].map(count => ({
    device: 'wasm',
    precision: 'int8',
    open: async () => runtimeOf(await openKernels(await kernelWasm(), count, startThread, patience)),
  }))
}

function refusal(what: string, remedy: string): RerankError {
  return new RerankError('unsupported', `The kernels ${what}.`, { remedy: `${remedy}, or runtime 'kernels'.` })
}

function runtimeOf(kernels: OpenKernels): KernelRuntime {
  return { device: 'wasm', threads: kernels.threads, kernels, dispose: async () => kernels.close() }
}
