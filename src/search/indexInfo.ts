import type { IndexInfo } from '../api/search.js'
import type { IndexManifest } from './indexManifest.js'

/** What a program may know of an index. */
export function indexInfo(manifest: IndexManifest): IndexInfo {
  const { version, sections, pages, filters, credits, embeddings, tokens, words } = manifest
  return {
    version,
    sections,
    pages,
    sha256: words.sha256,
    filters,
    credits,
    bytes: new TextEncoder().encode(JSON.stringify(manifest)).length + words.bytes,
    ...(embeddings && {
      embeddings: {
        model: embeddings.model,
        ...(embeddings.weights && { weights: embeddings.weights }),
        width: embeddings.width,
      },
    }),
    ...(tokens && { tokens: { bytes: tokens.bytes } }),
  }
}
