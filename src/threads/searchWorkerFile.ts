import address from '../../workers/search.worker.ts?worker&url'

/** The search worker's address. The library's build replaces it as it does rerankWorkerFile.ts. */
export function searchWorkerFile(): URL {
  return new URL(address, import.meta.url)
}
