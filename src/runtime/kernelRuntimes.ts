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

/** Opens the kernels on some threads. */
type Open = (threads: number) => Promise<OpenKernels>

/**
 * The kernels of a service. They open, with their threads, while a model is read.
 * @param usable how many of the threads asked for can run here
 */
export function kernelHost(
  usable: (threads: number) => number,
  startThread: StartThread,
): {
  prepare: (choice: RuntimeChoice) => () => Promise<void>
  plan: (choice: RuntimeChoice, manifest: Manifest) => Promise<RuntimePlan<KernelRuntime>[]>
} {
  const open: Open = async threads => openKernels(await kernelWasm(), threads, startThread)
  const ahead = new Map<number, Promise<OpenKernels>>()
  const take: Open = threads => {
    const opening = ahead.get(threads) ?? open(threads)
    ahead.delete(threads)
    return opening
  }
  return {
    prepare: ({ threads }) => {
      const opening = open(usable(threads))
      ahead.set(usable(threads), opening)
      // A plan that takes it reports a failure.
      opening.catch(() => undefined)
      return async () => {
        const opened = await ahead.get(usable(threads))?.catch(() => undefined)
        ahead.clear()
        opened?.close()
      }
    },
    plan: (choice, manifest) => planKernels(choice, manifest, usable(choice.threads), take),
  }
}

/**
 * The kernels on the threads asked for, then on one: threads may fail where one does not.
 * @param threads how many can run here
 * @throws RerankError `unsupported` for a device, a precision or a model that they do not compute
 */
export async function planKernels(
  { device, precision }: Pick<RuntimeChoice, 'device' | 'precision'>,
  manifest: Manifest,
  threads: number,
  open: Open,
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
    open: async () => runtimeOf(await open(count)),
  }))
}

function refusal(what: string, remedy: string): RerankError {
  return new RerankError('unsupported', `The kernels ${what}.`, { remedy: `${remedy}, or runtime 'kernels'.` })
}

function runtimeOf(kernels: OpenKernels): KernelRuntime {
  return { device: 'wasm', threads: kernels.threads, kernels, dispose: async () => kernels.close() }
}
