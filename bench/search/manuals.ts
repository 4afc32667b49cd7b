import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildIndex } from '../../src/indexer/buildIndex.js'
import type { Embedder } from '../../src/indexer/embeddings.js'
import type { Reranker } from '../../src/node.js'
import { type OpenIndex, readIndex } from './readIndex.js'

/** The folder into which Debian's packages were unpacked, or `/` if they are installed. */
const ROOT = process.env.BENCH_MANUALS ?? '/'

/** A manual that Debian ships. */
export interface Manual {
  name: string
  /** The package to download. */
  debian: string
  /** Its pages below the root. */
  folder: string
  glob: string
}

const DOC = 'usr/share/doc'
const LIBREOFFICE = 'usr/share/libreoffice/help'

export const MANUALS: readonly Manual[] = [
  { name: 'git', debian: 'git-doc', folder: `${DOC}/git/html`, glob: '**/*.html' },
  { name: 'debian-handbook', debian: 'debian-handbook', folder: `${DOC}/debian-handbook/html/en-US`, glob: '*.html' },
  {
    name: 'python',
    debian: 'python3.11-doc',
    folder: `${DOC}/python3.11/html`,
    glob: '**/!(genindex*|py-modindex|contents|search).html',
  },
  {
    name: 'postgresql',
    debian: 'postgresql-doc-15',
    folder: `${DOC}/postgresql-doc-15/html`,
    glob: '!(bookindex).html',
  },
  { name: 'nodejs', debian: 'nodejs-doc', folder: `${DOC}/nodejs/api`, glob: '!(all).html' },
  {
    name: 'rust',
    debian: 'rust-doc',
    folder: `${DOC}/rust-doc/html`,
    glob: '{book,reference,rust-by-example,nomicon,edition-guide,rustc}/!(print|2018-edition)*.html',
  },
  ...['de', 'hi', 'ja'].map(language => ({
    name: `libreoffice-${language}`,
    debian: `libreoffice-help-${language}`,
    folder: `${LIBREOFFICE}/${language}/text/swriter`,
    glob: '**/*.html',
  })),
]

/** Builds a manual's index as `mvp-rerank index` does. @returns undefined if its package is missing */
export async function openManual({ name, folder, glob }: Manual, embedder?: Embedder): Promise<OpenIndex | undefined> {
  const from = join(ROOT, folder)
  if (!existsSync(from)) return undefined
  const out = join('.cache/bench/manuals', name)
  await buildIndex({
    sources: [{ from: join(from, glob), urls: { base: '', links: 'file' } }],
    out,
    embedder,
    anew: true,
  })
  return readIndex(out)
}

/** An embedder that keeps each text's embedding between runs. */
export function keepingEmbedder(reranker: Reranker): Embedder {
  const width = 384
  const record = 20 + 4 * width
  const folder = '.cache/bench'
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `sections-${reranker.info.weights.slice(0, 16)}.f32`)
  const stored = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  const known = new Map<string, Float32Array>()
  for (let at = 0; at + record <= stored.length; at += record) {
    const vector = stored.buffer.slice(stored.byteOffset + at + 20, stored.byteOffset + at + record)
    known.set(stored.toString('hex', at, at + 20), new Float32Array(vector))
  }
  const keyOf = (text: string) => createHash('sha1').update(text).digest('hex')
  return {
    model: reranker.info.model,
    weights: reranker.info.weights,
    width,
    embed: async texts => {
      const missing = [...new Set(texts)].filter(text => !known.has(keyOf(text)))
      const vectors = missing.length > 0 ? await reranker.embed(missing) : []
      missing.forEach((text, i) => {
        const vector = vectors[i]!
        known.set(keyOf(text), vector)
        appendFileSync(file, Buffer.from(keyOf(text), 'hex'))
        appendFileSync(file, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength))
      })
      if (missing.length > 0) console.log(`${known.size} sections embedded`)
      return texts.map(text => known.get(keyOf(text))!)
    },
  }
}
