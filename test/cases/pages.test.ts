import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { Page } from '../../src/indexer/page.js'
import { readPage } from '../../src/indexer/readPage.js'

/** One quirk a file: how a person expects it to be read. */
const folder = fileURLToPath(new URL('.', import.meta.url))

function read(file: string): Page | undefined {
  return readPage(file, readFileSync(folder + file), {
    maxLength: 700,
    filters: ['version', 'language', 'section'],
    warn: () => {},
  })
}

/** All that is shown of a page. */
function shown(page: Page | undefined): string {
  return (page?.sections ?? []).map(({ path, text }) => [...path, text].join('\n')).join('\n')
}

const sectionAt = (page: Page | undefined, anchor: string) => page?.sections.find(section => section.anchor === anchor)

/** Expectations that do not hold yet. One that starts to hold must leave this list. */
const failingToday = new Set<string>()

function quirk(name: string, check: () => void): void {
  const test = failingToday.has(name) ? it.fails : it
  test(name, check)
}

quirk('a code listing has no line numbers, and keeps its line breaks and indentation', () => {
  const text = shown(read('html/code-table.html'))
  expect(text).toContain('first_line()\nsecond_line()\n    third_line()')
  expect(text).not.toMatch(/\d/)
})

quirk('a definition with an id is a section of its own', () => {
  const page = read('html/dl-api.html')
  expect(sectionAt(page, 'lamp.dim')).toMatchObject({ path: ['lamp.dim(level)'] })
  expect(sectionAt(page, 'lamp.dim')!.text).toContain('Dims the lamp')
  expect(sectionAt(page, 'lamp.flash')!.text).toContain('Flashes the lamp')
  expect(sectionAt(page, 'module')!.text).not.toContain('Dims')
})

quirk('a folded question with an id is a section of its own', () => {
  const page = read('html/dt-first.html')
  expect(sectionAt(page, 'q1')).toMatchObject({ path: ['Why does it hum?'] })
  expect(sectionAt(page, 'q2')).toMatchObject({ path: ['Why does it blink?'] })
  expect(sectionAt(page, 'q1')!.text).toMatch(/^A transformer hums/)
})

quirk('the title loses the name of the site, and no crumb is doubled', () => {
  const page = read('html/hyphen-title.html')!
  expect(page.title).toBe('Dimming')
  expect(page.sections).toEqual([{ anchor: 'd', path: [], text: 'Dimming lowers the current of a lamp in steps.' }])
})

quirk('a list of links beside the text is navigation', () => {
  const page = read('html/nav-only.html')!
  expect(shown(page)).not.toContain('Gamma relay')
  expect(page.sections).toMatchObject([{ anchor: 'so', text: 'Sockets take lamps with a bayonet.' }])
})

quirk('a lone article in a card is not the main content', () => {
  const page = read('html/one-article.html')!
  expect(sectionAt(page, 'relay')!.text).toContain('A relay closes a circuit')
  expect(sectionAt(page, 'coil')!.text).toContain('twelve volts')
})

quirk('a robots rule for previews does not hide the page', () => {
  expect(sectionAt(read('html/robots.html'), 'r')!.text).toContain('wants to be found')
})

quirk('soft hyphens and line break opportunities are no characters', () => {
  const page = read('html/shy.html')!
  expect(page.title).toBe('Berechtigungsverwaltung')
  expect(page.filters).toMatchObject({ language: ['de'] })
  expect(shown(page)).toContain('Die Berechtigungsverwaltung regelt, wer Lampen schalten darf.')
  expect(shown(page)).toContain('longidentifiername')
})

quirk('labels of tabs stay apart', () => {
  const text = shown(read('html/tabs.html'))
  expect(text).not.toContain('LinuxWindows')
  expect(text).toContain('Run the installer for Linux from the shell.')
})

quirk('a hidden main is not the main content', () => {
  const page = read('html/two-main.html')!
  expect(page.title).toBe('New view')
  expect(page.sections).toMatchObject([{ anchor: 'n', text: 'The view that everyone sees first of all.' }])
})

quirk('a heading in HTML is the title of a README', () => {
  const page = read('md/README.md')!
  expect(page.title).toBe('Project of lamps')
  expect(shown(page)).toContain('A sentence below a centred heading')
})

quirk('MDX: front matter, admonitions, tabs and components leave their text', () => {
  const page = read('md/docusaurus.mdx')!
  expect(page.title).toBe('Getting: started')
  expect(page.permalink).toBe('/start-here')
  const text = shown(page)
  expect(text).toContain('My tip')
  expect(text).toContain('Use the blue cable for the bus.')
  expect(text).not.toContain(':::')
  expect(text).toContain('Linux')
  expect(text).toContain('Run the batch file of the lamp, with care.')
  expect(text).not.toContain('a comment that nobody sees')
  expect(text).not.toContain('backgroundColor')
  expect(text).toContain('dim | 0.5')
})

quirk('MDX: an id in a comment is the anchor of its heading', () => {
  const page = read('md/docusaurus.mdx')
  expect(sectionAt(page, 'props-anchor')!.path.at(-1)).toBe('Props')
  expect(sectionAt(page, 'mdx-anchor')!.path.at(-1)).toBe('Second')
})

quirk('MDX: the text in the attributes of a card is text', () => {
  expect(shown(read('md/docusaurus.mdx'))).toContain('All about bayonets and threads')
})

quirk('headings in HTML within Markdown are headings', () => {
  const page = read('md/html-in-md.md')
  expect(sectionAt(page, 'html-h2')).toMatchObject({ path: ['A heading in HTML'] })
  expect(sectionAt(page, 'html-h2')!.text).toContain('with bold words')
  expect(page!.sections.find(({ path }) => path.at(-1) === 'Folded heading')!.text).toBe(
    'Folded text about transformers.',
  )
})

quirk('entities, breaks, links and images in Markdown are read as they are shown', () => {
  const old = read('md/html-in-md.md')!.sections.find(({ path }) => path.at(-1) === 'Old & new')!
  expect(old.text).toContain('an ellipsis … and a lamp 💡.')
  expect(old.text).toContain('reference link and picture of a fuse and https://lamps.example.')
  expect(old.text).not.toContain('A title')
  expect(old.text).toContain('H2O')
  expect(old.text).not.toContain('~')
})

quirk('an older anchor before a heading does not replace the heading’s own', () => {
  const old = read('md/html-in-md.md')!.sections.find(({ path }) => path.at(-1) === 'Old & new')!
  expect(old.anchor).toBe('old--new')
})

quirk('a draft behind JSON front matter stays out', () => {
  expect(read('md/json-fm.md')).toBeUndefined()
})

quirk('an unpublished page of Jekyll stays out', () => {
  expect(read('md/kramdown.md')).toBeUndefined()
})

quirk('MyST: notes are prose; directives, roles and comments leave no marks', () => {
  const page = read('md/myst.md')!
  expect(page.title).toBe('MyST page')
  const text = shown(page)
  expect(text).toContain('A note in a fence is prose, about ballast.')
  expect(text).toContain('Wires are hot under load here.')
  expect(text).toContain('Careful')
  expect(text).toContain('lamp.dim')
  expect(text).not.toMatch(/:::|:class:|\{ref\}|\{py:func\}|autofunction|a comment of MyST/)
})

quirk('text without any heading is a section of its own', () => {
  const page = read('md/no-heading.md')!
  expect(page.title).toBe('no heading')
  expect(page.sections).toEqual([
    {
      anchor: '',
      path: [],
      text: 'Only a paragraph, long enough to be a section of its own, without any heading.',
    },
  ])
})

quirk('a draft behind TOML front matter stays out', () => {
  expect(read('md/toml-draft.md')).toBeUndefined()
})
