import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Section } from '../../src/api/search.js'
import { INDEX_FILE, type IndexManifest } from '../../src/search/indexManifest.js'
import { SearchIndex } from '../../src/search/searchIndex.js'

export interface OpenIndex {
  index: SearchIndex
  sections: Section[]
}

/** Reads the index in a folder, with its embeddings if it has any. */
export function readIndex(folder: string): OpenIndex {
  const manifest: IndexManifest = JSON.parse(readFileSync(join(folder, INDEX_FILE), 'utf8'))
  const index = new SearchIndex(manifest, gunzipSync(readFileSync(join(folder, manifest.words.path))))
  if (manifest.embeddings) index.addEmbeddings(readFileSync(join(folder, manifest.embeddings.path)))
  return { index, sections: Array.from({ length: manifest.sections }, (_, id) => index.section(id)!) }
}
