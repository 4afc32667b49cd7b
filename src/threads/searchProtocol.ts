import type { IndexInfo, QueryOptions, QueryResult, SearchProgress, Section } from '../api/search.js'

/** The interface between a page and its search worker. */
export interface SearchService {
  /**
   * @param url of the index's folder, ending in `/`
   * @param stemmers addresses in the order of `STEMMED_LANGUAGES`, where they do not lie beside the worker
   */
  open(url: string, onProgress: (progress: SearchProgress) => void, stemmers?: readonly string[]): Promise<IndexInfo>
  query(text: string, options: WireQueryOptions): Promise<QueryResult>
  sections(ids: readonly number[]): Promise<Section[]>
  /** Holds the Web Lock of this name until the worker ends. Resolves once it is held. */
  holdLock(name: string): Promise<void>
}

export type WireQueryOptions = Omit<QueryOptions, 'signal'>
