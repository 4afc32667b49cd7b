import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type IndexedPage, unpackIndex } from '../search/packedIndex.js'
import { readIndexFile } from '../search/readIndexFile.js'
import { type BuildOptions, buildIndex } from './buildIndex.js'
import type { IndexWarning } from './readSources.js'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'site-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, 'site', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}

interface ReadPage extends IndexedPage {
  text: string
  paths: string[]
}

async function build(options: Partial<BuildOptions> = {}) {
  const warnings: IndexWarning[] = []
  const out = options.out ?? join(folder, 'out')
  const report = await buildIndex({
    sources: [{ from: join(folder, 'site'), urls: { base: '', links: 'clean' } }],
    out,
    onWarning: warning => warnings.push(warning),
    ...options,
  })
  const manifest = JSON.parse(await readFile(join(out, 'index.json'), 'utf8'))
  const index = unpackIndex(await readIndexFile(out, manifest.words, gunzipSync))
  const pages = new Map<string, ReadPage>()
  index.pages.forEach((page, place) => {
    const own = index.sections.flatMap((section, id) => (section.page === place ? [{ section, id }] : []))
    pages.set(page.url, {
      ...page,
      text: own.map(({ id }) => index.text(id)).join('\n'),
      paths: own.map(({ section }) => section.path.join(' > ')),
    })
  })
  return { report, warnings, pages }
}

const subjects = 'lamps relays fuses coils sockets wires switches'.split(' ')

/** A page whose furniture no element and no class tells from the text. */
const page = (subject: string, more = '') => `<!doctype html><title>About ${subject} - Lantern Handbook</title><body>
<div><h1>Lantern Handbook</h1><div>The best light in town, every night, since 1901.</div>
<ul><li>Start <a href="a.html">here</a></li><li>Read <a href="b.html">more</a></li></ul></div>
<div><h2 id="about">About ${subject}</h2><p>All that there is to know about ${subject} stands on this page.</p>
<h3 id="safety">Safety</h3><p>Switch the power off first.</p><p>Then mind the ${subject}.</p>${more}</div>
<div><h3>Feedback</h3><p>Tell us what you think of this page, please.</p><p>Written by all of us.</p></div>`

const site = (count: number) =>
  Object.fromEntries(subjects.slice(0, count).map(subject => [`${subject}.html`, page(subject)]))

describe('what most pages of a site repeat', () => {
  it('is left out at the beginning and at the end; one sentence in the middle stays', async () => {
    await write(site(7))
    const { pages } = await build()
    const lamps = pages.get('lamps.html')!
    expect(lamps.title).toBe('About lamps')
    expect(lamps.text).toBe(
      'All that there is to know about lamps stands on this page.\nSwitch the power off first.\nThen mind the lamps.',
    )
    expect(lamps.paths).toEqual(['', 'Safety'])
  })

  it('is not told from the text on a small site', async () => {
    await write(site(3))
    const { pages } = await build()
    expect(pages.get('lamps.html')!.text).toContain('The best light in town')
    expect(pages.get('lamps.html')!.text).toContain('Tell us what you think')
  })

  it('is what most pages of a folder repeat, too', async () => {
    await write(site(6))
    const ends = 'de-Hinweise: bitte melden Sie uns Fehler auf dieser Seite hier.'
    for (let i = 0; i < 11; i++) {
      await write({
        [`other/${i}.html`]: `<h1>Seite ${i}</h1><p>Der Text der Seite ${i} ist lang genug.</p><p>${ends}</p>`,
      })
    }
    const { pages } = await build()
    expect(pages.get('other/3.html')!.text).toBe('Der Text der Seite 3 ist lang genug.')
  })

  it('does not matter where pages are alike as a whole', async () => {
    for (let i = 0; i < 6; i++) await write({ [`v${i}/start.html`]: page('lamps') })
    const { pages } = await build()
    expect(pages.size).toBe(6)
    expect(pages.get('v1/start.html')!.text).toContain('All that there is to know about lamps')
  })

  it('is found anew where files have changed, as by a run from the beginning', async () => {
    await write(site(4))
    await build()
    await write(site(7))
    expect((await build()).report.unchanged).toBe(0)
    const again = await build()
    expect(again.report.unchanged).toBe(7)
    const fresh = await build({ out: join(folder, 'fresh') })
    expect([...again.pages]).toEqual([...fresh.pages])
    await write({ 'lamps.html': page('lamps', '<p>One more thing on lamps.</p>') })
    expect((await build()).report.unchanged).toBe(6)
  })
})

describe('options', () => {
  it('say what is the main content, and what is ignored', async () => {
    await write({
      'a.html': `<main>Not this, which only looks like it.</main>
<div id="text"><h1>Lamps</h1><p>The text that is wanted here.</p><p class="promo">Buy more lamps today.</p></div>`,
      'b.html': '<main><h1>Without</h1><p>It has no such element at all.</p></main>',
    })
    const { pages, warnings } = await build({ main: 'body > #text', ignore: '.promo, [data-x]' })
    expect(pages.get('a.html')!.text).toBe('The text that is wanted here.')
    expect(pages.get('b.html')!.text).toBe('It has no such element at all.')
    expect(warnings).toEqual([{ file: 'b.html', message: 'nothing in the page is what --main selects' }])
    await expect(build({ ignore: 'a[' })).rejects.toMatchObject({ code: 'bad-option' })
  })

  it('say which files stay out, in place of the pages that generators make', async () => {
    const text = '<h1>Any</h1><p>A text that is long enough to be found.</p>'
    await write({
      'index.html': text,
      'genindex-A.html': text,
      '404.html': text,
      'print.html': text,
      'search.html': '<h1>Search</h1><p>Please activate JavaScript to enable the search.</p>',
      'guide/search/index.html': `<h1>Search</h1>${'<p>How search works, in every detail of it.</p>'.repeat(20)}`,
      'blog/one.html': text,
    })
    const { pages, warnings } = await build()
    expect([...pages.keys()].sort()).toEqual(['', 'blog/one.html', 'guide/search/'])
    expect(warnings.map(({ file }) => file).sort()).toEqual([
      '404.html',
      'genindex-A.html',
      'print.html',
      'search.html',
    ])
    expect(warnings[0]!.message).toMatch(/^left out: /)
    expect([...(await build({ exclude: ['blog/**', '*.html'] })).pages.keys()]).toEqual(['guide/search/'])
    expect((await build({ exclude: [] })).pages.size).toBe(7)
  })
})

describe('marks that people have in their pages', () => {
  it('ignore, weigh and name as Pagefind does', async () => {
    await write({
      'a.html': `<div data-pagefind-body><h1>Lamps</h1><h2 data-pagefind-meta="title">All lamps</h2>
<p>What is marked as the body of the page.</p><p data-pagefind-ignore>Not this one, if you please.</p>
<p data-search-ignore>And not that one either, thanks.</p><p data-pagefind-weight="0">This counts for nothing at all.</p>
<span data-pagefind-filter="version">2.1</span></div><p data-pagefind-filter="topic:light, heat">Outside of it.</p>
<img alt="x" title="Jo" data-pagefind-filter="author[title]">`,
      'b.html': '<h1>Unmarked</h1><p>Once a page is marked, others stay out.</p>',
    })
    const { pages } = await build()
    expect([...pages.keys()]).toEqual(['a.html'])
    const marked = pages.get('a.html')!
    expect(marked.title).toBe('All lamps')
    expect(marked.text).toContain('What is marked')
    expect(marked.text).not.toMatch(/Not this|not that|nothing|Outside/)
    expect(marked.filters).toEqual({ version: ['2.1'], topic: ['light, heat'], author: ['Jo'] })
  })

  it('may name a filter as what every object has', async () => {
    await write({
      'a.html': '<h1>Lamps</h1><p data-pagefind-filter="constructor:Jo">A lamp lights up the room.</p>',
    })
    const { pages, warnings } = await build()
    expect([pages.get('a.html')!.filters, warnings]).toEqual([{ constructor: ['Jo'] }, []])
  })

  it('name the content, the version and the language as DocSearch does', async () => {
    await write({
      'a.html': `<meta name="docsearch:version" content="2.1,latest"><meta name="docsearch:language" content="de">
<div>Something around the text.</div><div class="x DocSearch-content"><h1>Lampen</h1><p>Der Text der Seite, wie er ist.</p></div>`,
    })
    const { pages } = await build()
    expect(pages.get('a.html')).toMatchObject({
      text: 'Der Text der Seite, wie er ist.',
      filters: { version: ['2.1', 'latest'], language: ['de'] },
    })
  })

  it.each([
    ['noindex', false],
    ['NOINDEX, follow', false],
    ['none', false],
    ['unavailable_after: 2020-01-01', false],
    ['unavailable_after: 2999-01-01', true],
    ['unavailable_after: Wed, 01 Jan 2020 10:00:00 GMT, nosnippet', false],
    ['unavailable_after: Tue, 01 Jan 2999 10:00:00 GMT, nosnippet', true],
    ['nosnippet, max-image-preview:none', true],
    ['all', true],
  ])('hide it from robots or not: %s', async (content, isShown) => {
    const text = '<p>A text that is long enough to be found.</p>'
    await write({ 'a.html': text, 'b.html': `<meta name="ROBOTS" content="${content}">${text}` })
    expect((await build()).pages.has('b.html')).toBe(isShown)
  })
})

describe('addresses in a project of Docusaurus', () => {
  it('have no numbers before names, and elsewhere they do', async () => {
    await write({ '02-guide/01-start.md': '# Start\n\nA text that is long enough to be found.\n' })
    expect([...(await build()).pages.keys()]).toEqual(['02-guide/01-start'])
    await writeFile(join(folder, 'docusaurus.config.js'), 'export default {}\n')
    expect([...(await build({ anew: true })).pages.keys()]).toEqual(['guide/start'])
  })
})

describe('crumbs', () => {
  it('are words: breadcrumbs, titles of folders, or their names; never doubled', async () => {
    const text = '<p>A text that is long enough to be found.</p>'
    await write({
      'user-guide/index.html': `<h1>The user’s guide</h1>${text}`,
      'user-guide/01-first_steps/lamp.html': `<h1>Lamp</h1>${text}`,
      'v2.1/en/docs/plain.html': `<h1>Plain</h1>${text}`,
      'a/b/trail.html': `<nav aria-label="Breadcrumb"><ol><li><a href="/">Home</a></li><li><a>Guides</a></li><li><a>Guides</a></li>
<li>Trail</li></ol></nav><h1>Trail</h1>${text}`,
    })
    const { pages } = await build()
    const crumbs = Object.fromEntries([...pages].map(([url, page]) => [url, page.crumbs]))
    expect(crumbs).toEqual({
      'user-guide/': undefined,
      'user-guide/01-first_steps/lamp.html': ['The user’s guide', 'First steps'],
      'v2.1/en/docs/plain.html': undefined,
      'a/b/trail.html': ['Guides'],
    })
  })
})

describe('crumbs of a section of the site', () => {
  it('begin with its name', async () => {
    const text = 'A text that is long enough to be found.'
    await write({
      'guide/lamp.md': `---\nsection: Handbook\n---\n# Lamp\n\n${text}\n`,
      'guide/handbook.md': `---\nsection: Handbook\n---\n# Handbook\n\n${text}\n`,
      'guide/both.md': `---\nsection: [Handbook, Recipes]\n---\n# Both\n\n${text}\n`,
    })
    const { pages } = await build()
    expect(Object.fromEntries([...pages].map(([url, page]) => [url, page.crumbs]))).toEqual({
      'guide/lamp': ['Handbook', 'Guide'],
      'guide/handbook': ['Guide'],
      'guide/both': ['Guide'],
    })
  })
})

describe('languages', () => {
  it('are those that pages state, else what their text shows', async () => {
    const german = 'Die Lampe leuchtet nur, wenn der Schalter geschlossen ist und die Leitung unter Spannung steht. '
    const english =
      'The lamp is lit only when the switch is closed and the line carries a voltage that is high enough. '
    await write({
      'stated.html': '<html lang="pt-BR"><h1>Lâmpada</h1><p>Um texto bastante longo aqui.</p>',
      'part.html': '<html lang="en"><main lang="fr"><h1>Lampe</h1><p>Un texte assez long ici.</p></main>',
      'shown.html': `<h1>Lampe</h1><p>${german.repeat(4)}</p>`,
      'english.html': `<h1>Lamp</h1><p>${english.repeat(4)}</p>`,
      'matter.md': '---\nlang: it\n---\n# Lampada\n\nUn testo abbastanza lungo.\n',
    })
    const { pages } = await build()
    expect(Object.fromEntries([...pages].map(([url, page]) => [url, page.language]))).toEqual({
      'stated.html': 'pt-BR',
      'part.html': 'fr',
      'shown.html': 'de',
      'english.html': undefined,
      matter: 'it',
    })
  })
})
