import { describe, expect, it } from 'vitest'
import { markTerms, termsOf, wordsOf } from './terms.js'

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

describe('words of a text', () => {
  it.each([
    ['flags', 'Give --no-cache or -p', ['Give', '--no-cache', 'or', '-p']],
    ['versions', 'of v3.0.1 and 20.', ['of', 'v3.0.1', 'and', '20']],
    ['letters with signs', 'C++, C# and F#.', ['C++', 'C#', 'and', 'F#']],
    ['operators', 'a ||> b ?? c', ['a', '||>', 'b', '??', 'c']],
    ['pictures', 'Ship it 🚀.', ['Ship', 'it', '🚀']],
    ['apostrophes', 'O’Reilly’s don’t', ['O’Reilly’s', 'don’t']],
    ['marks', 'किताब re\u0301sume\u0301', ['किताब', 're\u0301sume\u0301']],
    ['pairs of characters', '全文検索', ['全文', '文検', '検索']],
    ['mixed scripts', 'C言語のAPIを', ['C', '言語', '語の', 'API', 'を']],
    ['Korean', '서버를', ['서버', '버를']],
    ['Thai', 'เสือ', ['เส', 'สื', 'ือ']],
  ])('are %s too', (_, text, words) => {
    expect(wordsOf(text)).toEqual(words)
  })

  it('have parts', () => {
    expect(termsOf('HTTPServer')).toEqual(['httpserver', 'http', 'server'])
    expect(termsOf('utf8Decode2')).toEqual(expect.arrayContaining(['utf8decode2', 'utf8', 'decode']))
    expect(termsOf('--no-cache')).toEqual(['--no-cache', 'no', 'cache'])
    expect(termsOf('v3.0.1')).toEqual(['3.0.1', '3.0', '3'])
    expect(termsOf('$refs')).toEqual(['$ref', 'ref'])
    expect(termsOf('C#')).toEqual(['c#'])
    expect(termsOf('Fastify’s')).toEqual(['fastify'])
    expect(termsOf('classes')).toEqual(['class'])
  })
})

describe('marking', () => {
  it('covers pairs of characters that overlap, and decomposed words whole', () => {
    const marked = (text: string, ...terms: string[]) =>
      markTerms(text, new Set(terms)).flatMap(({ text, marked }) => (marked ? [text] : []))
    expect(marked('これは全文検索です', '全文', '文検', '検索')).toEqual(['全文検索'])
    expect(marked('Schiff\u00ADfahrt am Fluss', 'schifffahrt')).toEqual(['Schiff\u00ADfahrt'])
    expect(marked(`${'감기'.normalize('NFD')} 걸리면`, '감기')).toEqual(['감기'.normalize('NFD')])
  })

  it('marks words that hold a term and keeps every character', () => {
    const pieces = markTerms('The bodyLimit: a limit, <b>limits</b>.', new Set(['limit']))
    expect(pieces.filter(piece => piece.marked).map(piece => piece.text)).toEqual(['bodyLimit', 'limit', 'limits'])
    expect(pieces.map(piece => piece.text).join('')).toBe('The bodyLimit: a limit, <b>limits</b>.')
  })
})
