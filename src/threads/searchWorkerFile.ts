import address from '../../workers/search.worker.ts?worker&url'

/** Address of the worker that searches. The build of the library puts the file beside index.js in place of this module (vite.config.ts). */
export function searchWorkerFile(): URL {
  return new URL(address, import.meta.url)
}
