import { rmSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { INDEX_FILE, type IndexManifest } from '../search/indexManifest.js'
import { readIndexFile } from '../search/readIndexFile.js'
import { SearchIndex } from '../search/searchIndex.js'
import { codesOfSection, type TokenCodes, unpackTokenCodes } from '../search/tokenCodes.js'
import { type BuildOptions, buildIndex } from './buildIndex.js'
import type { Embedder } from './embeddings.js'
import type { IndexWarning } from './readSources.js'

let folder = ''
let docs = ''
let out = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'index-'))
  docs = join(folder, 'docs')
  out = join(folder, 'out')
  await mkdir(docs)
})
afterEach(() => rm(folder, { recursive: true }))

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(docs, path)), { recursive: true })
    await writeFile(join(docs, path), content)
  }
}

async function build(options: Partial<BuildOptions> & { from?: string } = {}) {
  const warnings: IndexWarning[] = []
  const report = await buildIndex({
    sources: [{ from: options.from ?? docs, urls: { base: '/', links: 'clean' } }],
    out,
    onWarning: warning => warnings.push(warning),
    ...options,
  })
  return { report, warnings }
}

async function read(): Promise<SearchIndex> {
  const manifest: IndexManifest = JSON.parse(await readFile(join(out, INDEX_FILE), 'utf8'))
  const index = new SearchIndex(manifest, await readIndexFile(out, manifest.words, gunzipSync))
  if (manifest.embeddings) index.addEmbeddings(await readIndexFile(out, manifest.embeddings))
  return index
}

const allUrls = (index: SearchIndex) =>
  Array.from({ length: index.manifest.sections }, (_, id) => index.section(id)!.url)

const text = (about: string) => `# ${about}\n\nA paragraph about ${about}, long enough to be a section.\n`

/** Stands for a model: the numbers are made of the text, and it counts what it is asked. */
function embedderOf(weights = 'a'.repeat(64)): Embedder & { asked: string[] } {
  const asked: string[] = []
  const vectorOf = (of: string) => Float32Array.from({ length: 16 }, (_, i) => Math.sin(of.length * (i + 1)))
  return {
    model: 'small',
    weights,
    width: 16,
    asked,
    embed: async texts => {
      asked.push(...texts)
      return texts.map(vectorOf)
    },
  }
}

describe('addresses', () => {
  it('are those of the built site, of files or of permalinks', async () => {
    await write({
      'index.md': text('home'),
      'guide/README.md': text('guide'),
      'guide/first steps.md': text('steps'),
      'moved.md': `---\npermalink: /elsewhere/\n---\n${text('moved')}`,
      'built/index.html': '<main><h1>Built</h1><p>A paragraph in a built page.</p></main>',
      'built/page.html': '<main><h1>Page</h1><p>A paragraph in another page.</p></main>',
    })
    await build()
    expect(allUrls(await read())).toEqual([
      '/built/',
      '/built/page.html',
      '/guide/#guide',
      '/guide/first%20steps#steps',
      '/#home',
      '/elsewhere/#moved',
    ])
    await build({ sources: [{ from: docs, urls: { base: 'https://x.example/', links: 'file' } }] })
    expect(allUrls(await read())).toContain('https://x.example/guide/first%20steps.md#steps')
    await build({ sources: [{ from: docs, urls: { base: '', links: 'html' } }] })
    expect(allUrls(await read())).toContain('guide/first%20steps.html#steps')
  })

  it('leave out drafts, redirects and pages that do not want to be found', async () => {
    await write({
      'seen.md': text('seen'),
      'draft.md': `---\ndraft: true\n---\n${text('draft')}`,
      'unwanted.md': `---\nsearch: false\n---\n${text('unwanted')}`,
      'noindex.html': '<meta name="robots" content="noindex"><p>A paragraph that stays hidden.</p>',
      'old.html': '<meta http-equiv="refresh" content="0; url=new"><p>This page has moved elsewhere.</p>',
    })
    const { report, warnings } = await build()
    expect([report.files, report.pages, warnings]).toEqual([5, 1, []])
  })

  it('keep a page that loads itself again', async () => {
    await write({ 'live.html': '<meta http-equiv="refresh" content="300"><p>A paragraph that is renewed.</p>' })
    expect((await build()).report.pages).toBe(1)
  })

  it('are of the files that a glob names', async () => {
    await write({ 'a/one.md': text('one'), 'a/b/two.md': text('two'), 'a/three.mdx': text('three') })
    await build({ from: join(docs, '**/*.md') })
    expect(allUrls(await read())).toEqual(['/a/b/two#two', '/a/one#one'])
  })
})

/** It also gives each word a vector. */
function tokenEmbedderOf(): ReturnType<typeof embedderOf> {
  const embedder = embedderOf()
  const vectorOf = (word: string) =>
    Array.from({ length: 16 }, (_, i) => Math.sin((word.charCodeAt(0) + word.length) * (i + 1)))
  return {
    ...embedder,
    embed: () => Promise.reject(new Error('One run gives both.')),
    embedTokens: async texts => {
      const vectors = await embedder.embed(texts)
      return texts.map((text, i) => Float32Array.from([...vectors[i]!, ...text.split(' ').flatMap(vectorOf)]))
    },
  }
}

async function readTokens(): Promise<TokenCodes> {
  const { tokens, sections }: IndexManifest = JSON.parse(await readFile(join(out, INDEX_FILE), 'utf8'))
  return unpackTokenCodes(await readIndexFile(out, tokens!), sections, 16)
}

describe('token codes', () => {
  const long = (about: string) => `# ${about}\n\n${`A long paragraph about ${about} with many words. `.repeat(9)}\n`

  it('are a quarter of the tokens, at most what the bound lets in', async () => {
    await write({ 'a.md': long('apples'), 'b.md': text('bread') })
    const { report } = await build({ embedder: tokenEmbedderOf() })
    const counts = ({ starts }: TokenCodes) => [...starts].slice(1).map((end, i) => (end - 1 - starts[i]!) / 2)
    // 'apples › …' is the title, and stands before the text.
    const quarters = [1 + 9 * 8, 1 + 9].map(tokens => Math.floor(tokens / 4))
    expect(counts(await readTokens())).toEqual(quarters)
    expect(report.bytes.tokens).toBe(4 * 16 + 2 + 2 * (quarters[0]! + quarters[1]!))
    await build({ embedder: tokenEmbedderOf(), tokenBytes: 10 })
    expect(counts(await readTokens())).toEqual([5, 2])
  })

  it('are left out where nobody wants them', async () => {
    await write({ 'a.md': text('apples') })
    await build({ embedder: tokenEmbedderOf() })
    const { report } = await build({ embedder: embedderOf(), tokenBytes: 0 })
    expect(report).toMatchObject({ embedded: 0, bytes: { tokens: 0 } })
    expect((await readdir(out)).filter(name => name.startsWith('tokens'))).toEqual([])
  })

  it('of what has not changed are reused, with the mean that they leave out', async () => {
    await write({ 'a.md': text('apples'), 'b.md': long('bread') })
    const embedder = tokenEmbedderOf()
    await build({ embedder })
    const first = await readTokens()
    expect((await build({ embedder })).report.embedded).toBe(0)
    await write({ 'a.md': text('apricots') })
    expect((await build({ embedder })).report.embedded).toBe(1)
    const second = await readTokens()
    expect([...second.mean]).toEqual([...first.mean])
    expect([...codesOfSection(second, 1)]).toEqual([...codesOfSection(first, 1)])
    expect((await build({ embedder, tokenBytes: 10 })).report.embedded).toBe(2)
  })

  it('of a run that was interrupted are not made again', async () => {
    await write(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}.md`, text(`number ${i}`)])))
    const interrupt = new AbortController()
    const embedder = tokenEmbedderOf()
    const onProgress: BuildOptions['onProgress'] = ({ phase }) => phase === 'embed' && interrupt.abort()
    await expect(build({ embedder, onProgress, signal: interrupt.signal })).rejects.toThrow(/aborted/)
    // The last record is cut off in the middle.
    const unfinished = join(out, 'unfinished.bin')
    await truncate(unfinished, (await readFile(unfinished)).length - 3)
    const { report } = await build({ embedder })
    expect(report.embedded).toBeGreaterThan(0)
    expect(report.embedded).toBeLessThan(300)
    const resumed = await readTokens()
    await build({ embedder, anew: true })
    expect(await readTokens()).toEqual(resumed)
  })
})

describe('what has not changed', () => {
  it('is neither read nor embedded again, and gives the same index', async () => {
    await write({
      'a.md': text('apples'),
      'b.md': text('bread'),
      'c.md': '---\nversion: [\n---\nText under front matter.',
    })
    const embedder = embedderOf()
    const first = await build({ embedder })
    expect(first.report).toMatchObject({ unchanged: 0, embedded: 3 })
    const index = await readFile(join(out, INDEX_FILE), 'utf8')
    const again = await build({ embedder })
    expect(again.report).toMatchObject({ unchanged: 3, embedded: 0 })
    expect(again.warnings).toEqual(first.warnings)
    expect(again.warnings).toMatchObject([{ file: 'c.md', line: 3 }])
    expect(await readFile(join(out, INDEX_FILE), 'utf8')).toBe(index)

    await write({ 'b.md': text('butter') })
    expect((await build({ embedder })).report).toMatchObject({ unchanged: 2, embedded: 1 })
    expect(embedder.asked.at(-1)).toContain('butter')
    const fresh = join(folder, 'fresh')
    await build({ embedder, out: fresh })
    expect(await readFile(join(out, INDEX_FILE), 'utf8')).toBe(await readFile(join(fresh, INDEX_FILE), 'utf8'))
  })

  it('refuses sections without room for a sentence', async () => {
    await write({ 'a.md': text('apples') })
    await expect(build({ maxLength: 0 })).rejects.toMatchObject({ code: 'bad-option' })
  })

  it('is read again with other options, and embedded again by another model', async () => {
    await write({ 'a.md': text('apples') })
    await build({ embedder: embedderOf() })
    expect((await build({ embedder: embedderOf(), maxLength: 300 })).report).toMatchObject({
      unchanged: 0,
      embedded: 0,
    })
    expect((await build({ embedder: embedderOf('b'.repeat(64)), maxLength: 300 })).report).toMatchObject({
      unchanged: 1,
      embedded: 1,
    })
    expect((await build({ embedder: embedderOf('b'.repeat(64)), maxLength: 300, reader: '2' })).report).toMatchObject({
      unchanged: 0,
      embedded: 0,
    })
    expect((await build({ embedder: embedderOf('b'.repeat(64)), anew: true })).report).toMatchObject({
      unchanged: 0,
      embedded: 1,
    })
  })

  it('leaves no files of the index before, and nothing half-written', async () => {
    await write({ 'a.md': text('apples') })
    await build({ embedder: embedderOf() })
    await write({ 'a.md': text('pears') })
    await build({ embedder: embedderOf() })
    const names = await readdir(out)
    expect(names.map(name => name.replace(/-[\da-f]{16}/, '')).sort()).toEqual([
      'embeddings.bin',
      'index.json',
      'sources.json',
      'words.bin',
    ])
  })

  it('does not matter where the index before is damaged', async () => {
    await write({ 'a.md': text('apples') })
    await build()
    for (const name of await readdir(out)) await truncate(join(out, name), 20)
    expect((await build()).report).toMatchObject({ unchanged: 0, sections: 1 })
  })

  it('is not reused where a bit of its codes is wrong', async () => {
    await write({ 'a.md': text('apples') })
    const embedder = embedderOf()
    await build({ embedder })
    const name = (await readdir(out)).find(file => file.startsWith('embeddings'))!
    const bytes = await readFile(join(out, name))
    bytes[0]! ^= 1
    await writeFile(join(out, name), bytes)
    expect((await build({ embedder })).report.embedded).toBe(1)
    expect((await readFile(join(out, name)))[0]).toBe(bytes[0]! ^ 1)
  })

  it('is not mixed with the sources of another one, by a run that ended between the two', async () => {
    await write({ 'a.md': text('apples'), 'c.md': text('cherries') })
    await build()
    const before = join(folder, 'before')
    await cp(out, before, { recursive: true })
    await write({ 'b.md': text('bananas') })
    await build()
    await copyFile(join(out, 'sources.json'), join(before, 'sources.json'))
    await writeFile(join(before, 'words-0123456789abcdef.bin.new'), '')
    await build({ out: before })
    out = before
    expect(allUrls(await read())).toEqual(['/a#apples', '/b#bananas', '/c#cherries'])
    expect((await readdir(out)).filter(name => name.endsWith('.new'))).toEqual([])
  })

  it('was embedded by a run that was interrupted, and is not embedded again', async () => {
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.md`, text(`number ${i}`)]))
    await write(files)
    const interrupt = new AbortController()
    const embedder = embedderOf()
    const onProgress: BuildOptions['onProgress'] = ({ phase }) => phase === 'embed' && interrupt.abort()
    await expect(build({ embedder, onProgress, signal: interrupt.signal })).rejects.toThrow(/aborted/)
    expect(await readdir(out)).toEqual(['unfinished.bin'])
    const done = embedder.asked.length
    expect((await build({ embedder })).report.embedded).toBe(100 - done)
    expect(await readdir(out)).not.toContain('unfinished.bin')
    const fresh = join(folder, 'fresh')
    await build({ embedder, out: fresh })
    expect(await readFile(join(out, INDEX_FILE), 'utf8')).toBe(await readFile(join(fresh, INDEX_FILE), 'utf8'))
  })
})

describe('embeddings in several runs', () => {
  it('leave an index of words, and lose neither what was made nor what was there', async () => {
    await write({ 'a.md': text('apples'), 'b.md': text('bread') })
    await build({ embedder: embedderOf() })
    await write({ 'c.md': text('cherries') })
    const { report } = await build({ embedder: embedderOf(), embedSeconds: 0 })
    expect(report).toMatchObject({ sections: 3, embedded: 0, unfinished: 1 })
    expect(JSON.parse(await readFile(join(out, INDEX_FILE), 'utf8')).embeddings).toBeUndefined()
    expect((await read()).query('cherries').candidates[0]!.title).toBe('cherries')
    const embedder = embedderOf()
    expect((await build({ embedder })).report).toMatchObject({ embedded: 1, unfinished: 0 })
    expect(embedder.asked).toEqual([expect.stringContaining('cherries')])
    const fresh = join(folder, 'fresh')
    await build({ embedder, out: fresh })
    expect(await readFile(join(out, INDEX_FILE), 'utf8')).toBe(await readFile(join(fresh, INDEX_FILE), 'utf8'))
  })

  it('tell which part of the work is done, by the length of the texts', async () => {
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.md`, text(`x`.repeat(1 + 4 * i))]))
    await write(files)
    const steps: number[][] = []
    await build({
      embedder: embedderOf(),
      onProgress: ({ phase, done, total, share }) => void (phase === 'embed' && steps.push([done, total, share])),
    })
    expect(steps).toEqual([
      [64, 100, expect.closeTo(0.45, 1)],
      [100, 100, 1],
    ])
  })
})

describe('bad input', () => {
  it('is named by file and line, and the rest is indexed', async () => {
    await write({
      'good.md': text('goodness'),
      'latin.md': Buffer.from('# Title\n\nA paragraph with a caf\xe9 in an old encoding.\n', 'latin1'),
      'stated.html': Buffer.from(
        '<meta charset="iso-8859-2"><main><h1>Stated</h1><p>\xa3\xf3d\xbc in an encoding that is stated.</p></main>',
        'latin1',
      ),
      'sixteen.md': Buffer.from('\ufeff# Wide\n\nA paragraph in sixteen bits a letter.\n', 'utf16le'),
      'binary.md': Uint8Array.from({ length: 300 }, (_, i) => (i * 7) % 256),
      'deep.html': `<main>${'<div>'.repeat(50_000)}Text far below`,
      'broken.html': '<main><h1>Broken<p>A paragraph <b>in a <i>page</b> that never ends <table><tr><td>cell',
      'front.md': '---\ntitle: "never closed\nversion: 1\n---\nA paragraph under broken front matter.\n',
      'toml.md': '+++\ntitle = "x\n+++\nA paragraph under front matter in TOML.\n',
      'twice.html':
        '<main>\n<h2 id="a">One</h2><p>A paragraph of the first.</p>\n<h2 id="a">Two</h2><p>Of the second one.</p>',
      'empty.md': '',
      'huge.md': '',
    })
    await truncate(join(docs, 'huge.md'), 50_000_000)
    await symlink(docs, join(docs, 'loop'))
    await symlink('self', join(docs, 'self'))
    await symlink('nowhere.md', join(docs, 'dangling.md'))
    const { warnings } = await build()
    expect(warnings).toEqual(
      expect.arrayContaining([
        { file: 'latin.md', line: 3, message: 'not UTF-8: read as Windows-1252' },
        { file: 'binary.md', line: expect.any(Number), message: expect.stringMatching(/binary/) },
        { file: 'deep.html', message: expect.stringMatching(/nested too deeply/) },
        { file: 'front.md', line: expect.any(Number), message: expect.stringMatching(/front matter/) },
        { file: 'toml.md', line: 2, message: expect.stringMatching(/TOML/) },
        { file: 'twice.html', line: 3, message: expect.stringMatching(/"a" is there already/) },
        { file: 'huge.md', message: expect.stringMatching(/larger than 10 MB/) },
        { file: 'loop', message: expect.stringMatching(/read already/) },
        { file: 'self', message: expect.stringMatching(/leads back to itself/) },
        { file: 'dangling.md', message: expect.stringMatching(/link to nothing/) },
      ]),
    )
    expect(warnings.length).toBe(10)
    const index = await read()
    const found = (query: string) => index.query(query).candidates[0]?.title
    expect(found('goodness')).toBe('goodness')
    expect(found('café')).toBe('Title')
    expect(found('łódź')).toBe('Stated')
    expect(found('sixteen')).toBe('Wide')
    expect(found('cell')).toBeDefined()
    expect(found('under broken')).toBe('front')
    expect(index.query('second one').candidates[0]!.url).toBe('/twice.html#a')
  })

  it('may be gone before it is read', async () => {
    await write({ 'a.md': text('apples'), 'b.md': text('bread') })
    const { report, warnings } = await build({ onProgress: () => rmSync(join(docs, 'a.md'), { force: true }) })
    expect(report.pages).toBe(1)
    expect(warnings).toEqual([{ file: 'a.md', message: 'left out: it is gone' }])
  })

  it('of which nothing can be indexed leaves the index that was there', async () => {
    await write({ 'a.md': text('apples') })
    await build()
    const before = await readFile(join(out, INDEX_FILE), 'utf8')
    await mkdir(join(folder, 'empty'))
    await mkdir(join(folder, 'textless'))
    await writeFile(join(folder, 'textless/a.md'), '# Only a title\n')
    await expect(build({ from: join(folder, 'textless') })).rejects.toMatchObject({
      code: 'nothing-to-index',
      message: 'None of the 1 files has text to be indexed.',
    })
    for (const from of [join(folder, 'empty'), join(folder, 'missing'), join(docs, '*.html')]) {
      await expect(build({ from })).rejects.toMatchObject({ code: 'nothing-to-index' })
    }
    expect(await readFile(join(out, INDEX_FILE), 'utf8')).toBe(before)
  })
})
