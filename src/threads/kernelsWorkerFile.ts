import address from '../../workers/kernels.worker.ts?worker&url'

/** The address of the worker that computes by our own kernels, as `workerFile` has it. */
export function kernelsWorkerFile(): URL {
  return new URL(address, import.meta.url)
}
