import { describe, expect, it } from 'vitest'
import { normalizeText, normalizeWord, weakForms } from './normalize.js'

describe('words that are the same', () => {
  it.each([
    ['case', 'ÉTÉ', 'été'],
    ['full width', 'ＦＵＬＬ８', 'full8'],
    ['ligatures', 'ﬁle', 'file'],
    ['subscripts and superscripts', 'H₂Ox²', 'h2ox2'],
    ['composed and decomposed letters', 're\u0301sume\u0301', 'r\u00E9sum\u00E9'],
    ['soft hyphens', 'Schiff\u00ADfahrt', 'schifffahrt'],
    ['joiners and zero width', 'a\u200Bb\u200Dc\u2060\uFEFF', 'abc'],
    ['final sigma', 'ΟΔΌΣ', 'οδόσ'],
    ['dotted and dotless i', 'İstanbul ılık', 'istanbul ilik'],
    ['micro and mu', '\u00B5', '\u03BC'],
    ['Russian stress', 'Михаи\u0301л', 'михаил'],
    ['Arabic vowels and stretch', 'كِتَـابٌ', 'كتاب'],
    ['Hebrew points', 'שָׁלוֹם', 'שלום'],
    ['Korean syllables', '감기'.normalize('NFD'), '감기'],
  ])('whatever their %s', (_, written, compared) => {
    expect(normalizeWord(written)).toBe(compared)
  })

  it('but not where a mark makes another word', () => {
    expect(normalizeWord('किताब')).not.toBe(normalizeWord('कतब'))
    expect(normalizeWord('เสื้อ')).not.toBe(normalizeWord('เสือ'))
    expect(normalizeWord('мой')).not.toBe(normalizeWord('мои'))
  })
})

describe('weaker forms', () => {
  it('have no accents, umlauts spelt out, and ss', () => {
    expect(weakForms('café')).toEqual(['cafe'])
    expect(weakForms('gerät')).toEqual(['gerat', 'geraet'])
    expect(weakForms('größe')).toEqual(['grosse', 'groesse', 'grösse'])
    expect(weakForms('łódź')).toEqual(['lodz'])
    expect(weakForms('ёлка')).toEqual(['елка'])
    expect(weakForms('οδός')).toEqual(['οδος'])
  })

  it('are none of a word that has no accents, nor of й', () => {
    expect(weakForms('cafe')).toEqual([])
    expect(weakForms('мой')).toEqual([])
  })
})

it('normalizes texts as their words', () => {
  for (const text of ['Don’t STOP', 'Größe', 'ＦＵＬＬ', 'Schiff\u00ADfahrt'])
    expect(normalizeText(text)).toBe(normalizeWord(text))
})

it('normalizes each Latin letter and typographic sign in a text as in a word', () => {
  const signs = [0, 0x2010].flatMap(from => Array.from({ length: 0x250 }, (_, i) => String.fromCharCode(from + i)))
  expect(signs.filter(sign => normalizeText(sign) !== normalizeWord(sign))).toEqual([])
})
