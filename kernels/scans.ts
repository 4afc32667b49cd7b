/** The module of the search worker, which `src/search/scans.ts` holds as text. */
export { embeddings } from './embeddingScan'
export { tokens } from './tokenScan'
