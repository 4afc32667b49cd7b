import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { INDEX_FILE, type IndexedFile, type IndexManifest } from '../search/indexManifest.js'
import type { InvertedIndex } from '../search/invertedIndex.js'
import { type IndexedPage, type IndexedSection, packIndex } from '../search/packedIndex.js'
import { packTokenCodes } from '../search/tokenCodes.js'
import { sha256 } from '../util/sha256.js'
import type { Codes } from './embeddings.js'
import { SOURCES_FILE, type Sources } from './previousIndex.js'

const OWN_FILE = /^(?:words|embeddings|tokens)-[\da-f]{16}\.bin$/

/**
 * Writes the files under new names, then index.json. Then it removes the files of the previous index. An interruption
 * at any point leaves a working index.
 */
export async function writeIndex(
  folder: string,
  manifest: Omit<IndexManifest, 'words' | 'embeddings' | 'tokens'>,
  { pages, sections, words }: { pages: IndexedPage[]; sections: IndexedSection[]; words: InvertedIndex },
  sources: Sources,
  embeddings?: { codes: Codes; model: string; weights: string; width: number },
): Promise<{ words: number; embeddings: number; tokens: number }> {
  await mkdir(folder, { recursive: true })
  const packed = gzipSync(packIndex(pages, sections, words), { level: 9 })
  const wordsFile = await writeNamed(folder, 'words', packed)
  const { sections: codes = [], mean } = embeddings?.codes ?? {}
  const embeddingCodes = Buffer.concat(codes.map(({ code }) => code))
  const embeddingsFile = embeddings && (await writeNamed(folder, 'embeddings', embeddingCodes))
  const tokenCodes = codes.map(({ tokens }) => tokens)
  const tokensFile = mean && (await writeNamed(folder, 'tokens', packTokenCodes(mean, tokenCodes)))
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
  await replace(join(folder, SOURCES_FILE), JSON.stringify(sources))
  await replace(join(folder, INDEX_FILE), JSON.stringify(whole, null, 1))
  const written = [wordsFile, embeddingsFile, tokensFile].map(file => file?.path)
  for (const name of await readdir(folder)) {
    if (OWN_FILE.test(name) && !written.includes(name)) await rm(join(folder, name))
  }
  return { words: wordsFile.bytes, embeddings: embeddingsFile?.bytes ?? 0, tokens: tokensFile?.bytes ?? 0 }
}

async function writeNamed(folder: string, name: string, bytes: Uint8Array): Promise<IndexedFile> {
  const hash = await sha256(bytes)
  const path = `${name}-${hash.slice(0, 16)}.bin`
  await replace(join(folder, path), bytes)
  return { path, bytes: bytes.length, sha256: hash }
}

/** Atomic: writes under another name, then renames. */
async function replace(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}
