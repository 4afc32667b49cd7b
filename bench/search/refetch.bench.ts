import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { test } from 'playwright/test'
import { buildIndex } from '../../src/indexer/buildIndex.js'
import type { Embedder } from '../../src/indexer/embeddings.js'
import { INDEX_FILE, type IndexManifest, partsOf } from '../../src/search/indexManifest.js'
import { writeResults } from '../support/results.js'

const PAGES = 650
const EDITED = [17, 130, 325, 500, 600]
const WIDTH = 384
const TOKEN_BYTES = 1536
/** Tokens of a section of 600 characters. */
const TOKENS = 100
const FILES = ['words', 'embeddings', 'tokens'] as const

test('what an edited page makes visitors fetch again', async () => {
  test.setTimeout(0)
  const folder = await mkdtemp(join(tmpdir(), 'refetch-'))
  await mkdir(join(folder, 'site'))
  for (let page = 0; page < PAGES; page++) await writePage(folder, page)
  let before = await build(folder)
  const parts = FILES.map(file => `${before[file]!.bytes} bytes of ${file} in ${partsOf(before[file]!).length} parts`)
  const rows: string[] = []
  for (const page of EDITED) {
    await writePage(folder, page, 'A sentence that was not there before.')
    const after = await build(folder)
    const had = new Set(FILES.flatMap(file => partsOf(before[file]!).map(({ path }) => path)))
    const { texts, postings } = await splitWords(folder, after)
    const codes = [...partsOf(after.embeddings!), ...partsOf(after.tokens!)]
    const share = (all: typeof codes) => {
      const again = all.filter(({ path }) => !had.has(path))
      return `${((100 * bytesOf(again)) / bytesOf(all)).toFixed(1)} %`
    }
    const all = [...texts, ...codes]
    rows.push(
      `| ${[page, share(texts), share(codes), share(all), share(postings), share([...all, ...postings])].join(' | ')} |`,
    )
    before = after
  }
  await rm(folder, { recursive: true })
  writeResults('refetch', [
    '## What an edited page makes visitors fetch again',
    '',
    `A sentence is added to a page of ${PAGES}: ${before.sections} sections of words as if at random, each of about 600 characters with as many tokens as the model makes of them, clustered as in any index; ${parts.join(', ')}. The bytes of parts that a visitor with the index before does not have. \`npx playwright test -c bench refetch\``,
    '',
    '| page | texts | codes | texts and codes | postings | all |',
    '|-|-|-|-|-|-|',
    ...rows,
  ])
})

function bytesOf(parts: readonly { bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Parts of the words by what they hold more of: texts and headings, or the postings behind them. */
async function splitWords(folder: string, { words }: IndexManifest) {
  const parts = await Promise.all(
    partsOf(words).map(async part => ({
      ...part,
      plain: gunzipSync(await readFile(join(folder, 'index', part.path))),
    })),
  )
  const packed = Buffer.concat(parts.map(({ plain }) => plain))
  const head = packed.readUInt32LE(8)
  const { blocks }: { blocks: number[] } = JSON.parse(packed.subarray(12, 12 + head).toString())
  const end = 12 + head + blocks[0]! + blocks[1]!
  let at = 0
  const isText = parts.map(({ plain }) => {
    at += plain.length
    return at - plain.length / 2 < end
  })
  return { texts: parts.filter((_, i) => isText[i]), postings: parts.filter((_, i) => !isText[i]) }
}

async function build(folder: string): Promise<IndexManifest> {
  const out = join(folder, 'index')
  const sources = [{ from: join(folder, 'site'), urls: { base: '/', links: 'clean' as const } }]
  await buildIndex({ sources, out, embedder, tokenBytes: TOKEN_BYTES })
  return JSON.parse(await readFile(join(out, INDEX_FILE), 'utf8'))
}

async function writePage(folder: string, page: number, more = ''): Promise<void> {
  const random = randomNumbers(page + 1)
  const text = (count: number) =>
    Array.from({ length: count }, () => `w${Math.floor(random() * 20_000).toString(36)}`).join(' ')
  const sections = Array.from({ length: 3 }, (_, n) => `## Part ${n}\n\n${text(95)}\n`)
  await writeFile(join(folder, `site/${page}.md`), `# Bakery ${page}\n\n${more} ${text(90)}\n\n${sections.join('\n')}`)
}

function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

/** A word has the same vector wherever it stands, as if at random. */
const embedder: Embedder = {
  model: 'words',
  weights: '0'.repeat(64),
  width: WIDTH,
  embed: async texts => texts.map(text => Float32Array.from(vectorOf(text))),
  embedTokens: async texts =>
    texts.map(text => Float32Array.from([text, ...text.split(' ').slice(0, TOKENS)].flatMap(vectorOf))),
}

function vectorOf(text: string): number[] {
  let hash = 7
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995) >>> 0
  const random = randomNumbers((hash % 2147483646) + 1)
  return Array.from({ length: WIDTH }, () => random() - 0.5)
}
