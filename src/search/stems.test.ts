import { stemmer as german } from '@orama/stemmers/german'
import { stemmer as hindi } from '@orama/stemmers/indian'
import { describe, expect, it } from 'vitest'
import type { SearchIndex } from './searchIndex.js'
import { STEMMED_LANGUAGES, stemmedLanguage } from './stemmedLanguages.js'
import { stemmerFiles } from './stemmerFiles.js'
import { memoryIndex } from './testing.js'

/** An index of one section a page. */
function indexOf(texts: [language: string | undefined, text: string][]): SearchIndex {
  const pages = texts.map(([language], i) => ({
    title: `${i}`,
    url: `${i}`,
    filters: {},
    ...(language === undefined ? {} : { language }),
  }))
  const sections = texts.map(([, text], page) => ({ page, anchor: '', path: [], text }))
  return memoryIndex(pages, sections).index
}

const found = (index: SearchIndex, query: string) =>
  index.query(query, { correct: false }).candidates.map(({ url }) => url)

describe('stems', () => {
  it('find a word in its other forms, and the form that was typed before these', () => {
    const index = indexOf([
      ['de', 'Die Gläser stehen auf dem Tisch.'],
      ['de-AT', 'Das Glas ist leer.'],
      ['de', 'Der Tisch ist gedeckt.'],
    ])
    expect(found(index, 'Gläsern')).toEqual([])
    index.addStemmer('de', german)
    expect(found(index, 'Gläsern').sort()).toEqual(['0', '1'])
    expect(found(index, 'Glas')).toEqual(['1', '0'])
    expect(index.query('Gläsern').candidates[0]!.words!.terms[0]!.match).toBe('form')
  })

  it('are of Hindi', () => {
    const index = indexOf([
      ['hi', 'तालिकाओं में पंक्तियाँ जोड़ें।'],
      ['hi', 'चित्र चुनें।'],
    ])
    index.addStemmer('hi', hindi)
    expect(found(index, 'तालिका')).toEqual(['0'])
    expect(found(index, 'पंक्ति')).toEqual(['0'])
  })

  it('are those of the section’s language alone', () => {
    const index = indexOf([
      [undefined, 'Many houses and one haus.'],
      ['fr', 'Une maison.'],
    ])
    index.addStemmer('de', german)
    expect(found(index, 'hausern')).toEqual([])
  })

  it('have a file for each language, in their order', () => {
    const names = stemmerFiles().map(url => /stemmer-(\w\w)\.js$/.exec(url)?.[1])
    expect(names).toEqual([...STEMMED_LANGUAGES])
  })

  it.each([
    ['de-CH', 'de'],
    ['NB', 'no'],
    ['pt_BR', 'pt'],
    ['en', undefined],
    ['xx', undefined],
    ['', undefined],
  ])('of %s are those of %s', (tag, language) => expect(stemmedLanguage(tag)).toBe(language))
})
