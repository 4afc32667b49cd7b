import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Page } from '../../src/indexer/page.js'
import { readPage } from '../../src/indexer/readPage.js'

/** One page in the markup of each generator. What is no text of the page holds the word `furniture`. */
const folder = fileURLToPath(new URL('generators/', import.meta.url))

function read(name: string): Page {
  return readPage(`${name}.html`, readFileSync(`${folder}${name}.html`), {
    maxLength: 700,
    filters: ['version', 'language', 'section'],
    warn: () => {},
  })!
}

const CODE = 'lamp.dim(0.5)\nlamp.off()'

interface Expected {
  title: string
  /** The anchor and the path of the section with the code or the definition. */
  anchor: string
  path: string[]
  text: string
  others?: Record<string, string>
  crumbs?: string[]
}

const steps = { title: 'Dimming lamps', anchor: 'set-a-level', path: ['Set a level'], text: CODE }
const level = 'Dims the lamp to a level between nought and one.'
const note = 'A level is kept when the power fails.'

const expected: Record<string, Expected> = {
  sphinx: { ...steps, path: ['dim: set a level'], text: `${CODE}\nlamp.on()`, others: { 'lamp.dim': level } },
  'mkdocs-material': { ...steps, text: `${CODE}\nLinux Windows\nRun the installer` },
  mdbook: steps,
  rustdoc: {
    title: 'Struct Lamp',
    anchor: 'method.dim',
    path: ['Implementations', 'impl Lamp', 'pub fn dim(&self, level: f32)'],
    text: `${level}\n${CODE}`,
  },
  javadoc8: { title: 'Class Lamp', anchor: 'dim-float-', path: ['Method Detail', 'dim'], text: level },
  javadoc17: {
    title: 'Class Lamp',
    anchor: 'dim(float)',
    path: ['Method Details', 'dim'],
    text: level,
    crumbs: ['org.lantern'],
  },
  doxygen: {
    title: 'Lantern: Lamp Class Reference',
    anchor: 'details',
    path: ['Detailed Description'],
    text: CODE,
    others: { a1f2e3d4: `void Lamp::dim (float level)\n${level}` },
  },
  asciidoctor: {
    ...steps,
    anchor: '_set_a_level',
    text: `${CODE}\nNote\n${note}`,
    others: { 'opt-level': level },
  },
  docbook: { ...steps, title: '2.1. Dimming lamps', path: ['2.1.1. Set a level'], others: { 'opt-level': level } },
  docusaurus: { ...steps, text: `${CODE}\ntip\n${note}\nRun the installer`, crumbs: ['Guides'] },
  vitepress: { ...steps, text: `${CODE}\nTIP\n${note}` },
  starlight: { ...steps, text: `${CODE}\n${note}` },
  nextra: steps,
  hugo: { ...steps, text: `${CODE}\nlamp.on()` },
  jekyll: { ...steps, crumbs: ['Guides'] },
  hexo: steps,
  gitbook: steps,
  mandoc: { title: 'DIM(1)', anchor: 'l', path: ['DESCRIPTION', '-l level'], text: level, others: { NAME: 'Dimming' } },
}

describe.each(Object.entries(expected))('%s', (name, { title, anchor, path, text, others = {}, crumbs }) => {
  const page = read(name)

  it('has its title, and no furniture', () => {
    expect(page.title).toBe(title)
    const whole = page.sections.map(section => [...section.path, section.text].join('\n')).join('\n')
    expect(whole).toContain('Dimming lowers the current of a lamp in steps')
    expect(whole).not.toContain('furniture')
  })

  it('has its sections with their anchors, and code as code', () => {
    const section = page.sections.find(section => section.anchor === anchor && section.path.length === path.length)
    expect(section).toMatchObject({ path })
    expect(section!.text).toContain(text)
    for (const [id, of] of Object.entries(others)) {
      expect(page.sections.find(section => section.anchor === id)?.text).toContain(of)
    }
  })

  if (crumbs) it('has its crumbs', () => expect(page.crumbs).toEqual(crumbs))
})
