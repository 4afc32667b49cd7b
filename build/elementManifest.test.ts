import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readElement } from './elementManifest.js'

const folder = join(import.meta.dirname, '../src/element')
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && !name.includes('anifest'))
  .map(name => readFileSync(join(folder, name), 'utf8'))
  .join('\n')
const element = readElement()

it('finds what the element has', () => {
  expect(element.attributes.map(({ name }) => name)).toEqual(
    'src model models model-base load inline placeholder base param limit version language recent examples no-shortcuts theme'.split(
      ' ',
    ),
  )
  const methods = element.members.filter(({ kind }) => kind === 'method').map(({ name }) => name)
  expect(methods).toEqual(['open', 'close', 'loadModel', 'clearRecent'])
  expect(element.attributes.find(({ name }) => name === 'limit')).toMatchObject({ default: '20', fieldName: 'limit' })
  expect(element.events).toHaveLength(6)
  const { attributes, members, events, cssProperties } = element
  const descriptions = [...attributes, ...members, ...events, ...cssProperties].map(({ description }) => description)
  expect(descriptions.filter(description => /^\*|\s\*|\s{2}/.test(description))).toEqual([])
})

it('names every part and every custom property that the templates and styles have, and no other', () => {
  const wordsOf = (pattern: RegExp) => new Set([...sources.matchAll(pattern)].map(([, word]) => word!))
  const parts = wordsOf(/\spart="([\w-]+)"/g)
  // Templates get these by a variable.
  for (const part of ['load', 'more', 'offer', 'query']) parts.add(part)
  expect(element.cssParts.map(({ name }) => name).sort()).toEqual([...parts].sort())
  const properties = wordsOf(/var\((--mvp-search-[\w-]+)/g)
  expect(element.cssProperties.map(({ name }) => name).sort()).toEqual([...properties].sort())
  expect(element.slots.map(({ name }) => name).sort()).toEqual([...wordsOf(/<slot name="([\w-]+)"/g)].sort())
})

it('is documented in full', () => {
  const documentation = readFileSync(join(import.meta.dirname, '../docs/ELEMENT.md'), 'utf8')
  const { attributes, members, events, slots, cssParts, cssProperties } = element
  const names = [...attributes, ...members, ...events, ...slots, ...cssParts, ...cssProperties].map(({ name }) => name)
  expect(names.filter(name => !documentation.includes(`\`${name}`))).toEqual([])
})
