import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSearch } from '../node.js'
import { INDEX_FILE, type IndexManifest, partsOf } from '../search/indexManifest.js'
import { IndexSearchService } from '../search/indexSearchService.js'
import { buildIndex } from './buildIndex.js'

const PAGES = 260

let folder = ''
let server: Server

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parts-'))
  await mkdir(join(folder, 'site'))
  for (let page = 0; page < PAGES; page++) await writePage(page)
  await build('index')
  server = createServer((request, response) => {
    void readFile(join(folder, request.url!)).then(
      bytes => response.end(bytes),
      () => response.writeHead(404).end(),
    )
  }).listen(0)
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

it('is found in Node and in the search worker', async () => {
  const { words } = await manifest('index')
  expect(partsOf(words).length).toBeGreaterThan(3)
  const site = await openSearch({ src: join(folder, 'index') })
  const service = new IndexSearchService()
  await service.open(address('index'), () => undefined)
  const options = { limit: 5 }
  for (const answer of [await site.query('bakery 77', options), await service.query('bakery 77', options)]) {
    expect(answer.candidates[0]!.url).toBe('/77#bakery-77')
  }
  await site.dispose()
})

it('keeps most of its texts when a page is edited', async () => {
  await writePage(130, 'A sentence that was not there before.')
  await build('edited')
  const known = new Set(partsOf((await manifest('index')).words).map(({ path }) => path))
  const parts = partsOf((await manifest('edited')).words)
  // The inverted index, behind the texts, changes as well.
  const kept = parts.filter(({ path }) => known.has(path))
  expect(kept.length).toBeGreaterThan(parts.length / 3)
  expect(known.has(parts[0]!.path) || known.has(parts[1]!.path)).toBe(true)
})

it('says which part is damaged or missing, in Node and in the search worker', async () => {
  await build('broken')
  const [, part] = partsOf((await manifest('broken')).words)
  const file = join(folder, 'broken', part!.path)
  const open = () => [
    openSearch({ src: join(folder, 'broken') }),
    new IndexSearchService().open(address('broken'), () => undefined),
  ]
  const bytes = await readFile(file)
  bytes[100]! ^= 1
  await writeFile(file, bytes)
  for (const opened of open()) await expect(opened).rejects.toMatchObject({ code: 'hash-mismatch' })
  await rm(file)
  for (const opened of open()) await expect(opened).rejects.toMatchObject({ code: 'index-not-found' })
})

/** Pages of words as if at random, which do not compress to nothing. */
async function writePage(page: number, more = ''): Promise<void> {
  let seed = page + 1
  const word = () => {
    seed = (Math.imul(seed, 0x5851f42d) + 0x14057b7f) >>> 0
    return `w${(seed >>> 8).toString(36).slice(0, 4)}`
  }
  const text = (count: number) => Array.from({ length: count }, word).join(' ')
  const sections = Array.from({ length: 4 }, (_, n) => `## Part ${n}\n\n${text(110)}\n`)
  await writeFile(join(folder, `site/${page}.md`), `# Bakery ${page}\n\n${more} ${text(40)}\n\n${sections.join('\n')}`)
}

async function build(out: string): Promise<void> {
  const sources = [{ from: join(folder, 'site'), urls: { base: '/', links: 'clean' as const } }]
  await buildIndex({ sources, out: join(folder, out), embedder: undefined })
}

async function manifest(out: string): Promise<IndexManifest> {
  return JSON.parse(await readFile(join(folder, out, INDEX_FILE), 'utf8'))
}

function address(out: string): string {
  return `http://localhost:${(server.address() as AddressInfo).port}/${out}/`
}
