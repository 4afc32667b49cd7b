import address from '../../workers/rerank.worker.ts?worker&url'

/**
 * The worker's address. The library's build replaces this module by the file beside index.js (build/packagePlugins.ts).
 */
export function workerFile(): URL {
  return new URL(address, import.meta.url)
}
