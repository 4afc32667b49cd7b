import address from '../../workers/rerank.worker.ts?worker&url'

/** Address of the worker. The build of the library puts in place of this module the file beside index.js (vite.config.ts). */
export function workerFile(): URL {
  return new URL(address, import.meta.url)
}
