import { describe, expect, it } from 'vitest'
import { markTerms, termsOf } from './terms.js'

describe('terms of a word', () => {
  it('are the word in lower case and in the singular', () => {
    expect(termsOf('Requests')).toEqual(['request'])
    expect(termsOf('queries')).toEqual(['query'])
    for (const word of ['class', 'status', 'this', 'as']) expect(termsOf(word)).toEqual([word])
  })

  it('hold the parts of an identifier', () => {
    expect(termsOf('keepAliveTimeout')).toEqual(['keepalivetimeout', 'keep', 'alive', 'timeout'])
    expect(termsOf('FST_ERR_CTP')).toEqual(['fst_err_ctp', 'fst', 'err', 'ctp'])
    expect(termsOf('HTTP')).toEqual(['http'])
  })
})

describe('marking', () => {
  it('marks words that hold a term and keeps every character', () => {
    const pieces = markTerms('The bodyLimit: a limit, <b>limits</b>.', new Set(['limit']))
    expect(pieces.filter(piece => piece.marked).map(piece => piece.text)).toEqual(['bodyLimit', 'limit', 'limits'])
    expect(pieces.map(piece => piece.text).join('')).toBe('The bodyLimit: a limit, <b>limits</b>.')
  })
})
