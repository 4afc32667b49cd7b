import { RerankError } from '../api/errors.js'

/** Pages of 64 KiB up to which onnxruntime asks that its memory may grow: 4 GiB. */
const ASKED_PAGES = 65_536
/** 256 MiB: with less no model runs. */
const LEAST_PAGES = 4096

/**
 * Every build of onnxruntime takes shared memory, with one thread too, and asks for more than iOS grants. Where the
 * browser refuses that much, this worker asks for as much as it grants from now on.
 * @returns whether the browser granted all, so that there is memory for threads
 * @throws RerankError `unsupported` where the browser grants none
 */
export function fitSharedMemory(): boolean {
  for (let pages = ASKED_PAGES; pages >= LEAST_PAGES; pages /= 2) {
    if (!isGranted(pages)) continue
    if (pages < ASKED_PAGES) limitSharedMemory(pages)
    return pages === ASKED_PAGES
  }
  throw new RerankError('unsupported', 'This browser grants WebAssembly no shared memory.', {
    remedy: 'Close other tabs and reload, or use a newer browser.',
  })
}

function isGranted(maximum: number): boolean {
  try {
    new WebAssembly.Memory({ initial: 1, maximum, shared: true })
    return true
  } catch {
    return false
  }
}

function limitSharedMemory(pages: number): void {
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      const { shared = false, maximum = pages } = descriptor
      super(shared ? { ...descriptor, maximum: Math.min(maximum, pages) } : descriptor)
    }
  }
}
