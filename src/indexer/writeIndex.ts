import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { INDEX_FILE, type IndexedFile, type IndexManifest, partsOf, type StoredFile } from '../search/indexManifest.js'
import type { InvertedIndex } from '../search/invertedIndex.js'
import { type IndexedPage, type IndexedSection, packIndex } from '../search/packedIndex.js'
import { packTokenCodes } from '../search/tokenCodes.js'
import { sha256 } from '../util/sha256.js'
import { contentParts, partSizes } from './contentParts.js'
import type { Codes } from './embeddings.js'
import { SOURCES_FILE, type Sources } from './previousIndex.js'

/** With those that an interrupted run left under another name. */
const OWN_FILE = /^(?:words|embeddings|tokens)-[\da-f]{16}\.bin(?:\.new)?$/

/** A file in parts. Parts of the words are compressed afterwards. */
const partsOfFile = (bytes: Uint8Array) => contentParts(bytes, partSizes(bytes.length))

/**
 * Writes the files under new names, then index.json. Then it removes the files of the previous index. An interruption
 * at any point leaves a working index.
 */
export async function writeIndex(
  folder: string,
  manifest: Omit<IndexManifest, 'words' | 'embeddings' | 'tokens'>,
  { pages, sections, words }: { pages: IndexedPage[]; sections: IndexedSection[]; words: InvertedIndex },
  sources: Omit<Sources, 'index'>,
  embeddings?: { codes: Codes; model: string; weights: string; width: number },
): Promise<{ words: number; embeddings: number; tokens: number }> {
  await mkdir(folder, { recursive: true })
  const packed = packIndex(pages, sections, words)
  const wordsFile = await writeNamed(folder, 'words', partsOfFile(packed).map(compressed))
  const { sections: codes = [], mean } = embeddings?.codes ?? {}
  const embeddingCodes = Buffer.concat(codes.map(({ code }) => code))
  const embeddingsFile = embeddings && (await writeNamed(folder, 'embeddings', partsOfFile(embeddingCodes)))
  const tokenCodes = codes.map(({ tokens }) => tokens)
  const tokensFile = mean && (await writeNamed(folder, 'tokens', partsOfFile(packTokenCodes(mean, tokenCodes))))
  const whole: IndexManifest = {
    ...manifest,
    words: wordsFile,
    ...(embeddings && embeddingsFile
      ? {
          embeddings: {
            ...embeddingsFile,
            model: embeddings.model,
            weights: embeddings.weights,
            width: embeddings.width,
          },
        }
      : {}),
    ...(tokensFile ? { tokens: tokensFile } : {}),
  }
  const text = JSON.stringify(whole, null, 1)
  const ofIndex: Sources = { ...sources, index: await sha256(new TextEncoder().encode(text)) }
  await replace(join(folder, SOURCES_FILE), JSON.stringify(ofIndex))
  await replace(join(folder, INDEX_FILE), text)
  const written = [wordsFile, embeddingsFile, tokensFile]
    .flatMap(file => (file ? partsOf(file) : []))
    .map(({ path }) => path)
  for (const name of await readdir(folder)) {
    if (OWN_FILE.test(name) && !written.includes(name)) await rm(join(folder, name))
  }
  return { words: wordsFile.bytes, embeddings: embeddingsFile?.bytes ?? 0, tokens: tokensFile?.bytes ?? 0 }
}

/** @param parts at least one */
async function writeNamed(folder: string, name: string, parts: readonly Uint8Array[]): Promise<IndexedFile> {
  const stored: StoredFile[] = []
  for (const part of parts) {
    const hash = await sha256(part)
    const path = `${name}-${hash.slice(0, 16)}.bin`
    await replace(join(folder, path), part)
    stored.push({ path, bytes: part.length, sha256: hash })
  }
  if (stored.length === 1) return stored[0]!
  const all = Buffer.concat(parts)
  return { bytes: all.length, sha256: await sha256(all), parts: stored }
}

const compressed = (bytes: Uint8Array) => gzipSync(bytes, { level: 9 })

/** Atomic: writes under another name, then renames. */
async function replace(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}
