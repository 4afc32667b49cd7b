import type { IndexInfo, QueryOptions, QueryResult, SearchProgress, Section } from '../api/search.js'

/** The interface between a page and its search worker. */
export interface SearchService {
  /** @param url of the index's folder, ending in `/` */
  open(url: string, onProgress: (progress: SearchProgress) => void): Promise<IndexInfo>
  query(text: string, options: WireQueryOptions): Promise<QueryResult>
  loadEmbeddings(): Promise<void>
  sections(ids: readonly number[]): Promise<Section[]>
  /** Holds the Web Lock of this name until the worker ends. Resolves once it is held. */
  holdLock(name: string): Promise<void>
}

export type WireQueryOptions = Omit<QueryOptions, 'signal'>
