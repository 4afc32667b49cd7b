import { RerankError } from '../api/errors.js'

/** The maximum that onnxruntime requests for its memory, in pages of 64 KiB: 4 GiB. */
const ASKED_PAGES = 65_536
/** 256 MiB. No model runs with less. */
const LEAST_PAGES = 4096

/**
 * Every build of onnxruntime requests shared memory, even for one thread, and requests more than iOS grants. If the
 * browser refuses, all later requests of this worker are limited to what it grants.
 * @returns whether the browser granted all, so there is memory for threads
 * @throws RerankError `unsupported` if the browser grants none
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
