import MiniSearch from 'minisearch'
import { describe, expect, it } from 'vitest'
import { termsOf, wordsOf } from '../search/terms.js'
import { QueryIndex } from './bm25.js'

const passages = [
  ['Tides', 'The moon pulls on the water of the harbour, twice a day.'],
  ['Moon', 'Our moon has no water and no wind; the moon keeps one face to us.'],
  ['', 'The bodyLimit option of a server says how many bytes a request may have.'],
  ['Bread', 'Yeast lets the dough rise.'],
] as const

describe('QueryIndex', () => {
  it('scores as an index of all terms does', () => {
    const queries = ['moon and water', 'what is bodyLimit', 'harbours', 'dough moon']
    const full = new MiniSearch({ fields: ['title', 'text'], tokenize: wordsOf, processTerm: termsOf })
    full.addAll(passages.map(([title, text], id) => ({ id, title, text })))
    const index = new QueryIndex(queries)
    for (const [title, text] of passages) index.add(title, text)
    expect(index.size).toBe(4)
    for (const [query, words] of Object.entries({
      'moon and water': 'moon water',
      'what is bodyLimit': 'bodyLimit',
      harbours: 'harbours',
      'dough moon': 'dough moon',
    })) {
      const expected = full.search(words).map(({ id, score }) => ({ place: id, score }))
      expect(expected.length).toBeGreaterThan(0)
      expect(index.search(query, 10)).toEqual(expected)
    }
  })

  it('scores as MiniSearch does where words come again and again, in both fields and in the query', () => {
    let state = 7
    const random = (below: number) => {
      state = (state * 1103515245 + 12345) % 2 ** 31
      return Math.floor((state / 2 ** 31) * below)
    }
    // Some words are in nearly every passage, some in few.
    const words = (most: number) =>
      Array.from({ length: random(most) }, () => `word${random(1 + random(60))}X`).join(' ')
    const texts = Array.from({ length: 500 }, () => [words(4), words(40)] as const)
    const queries = Array.from({ length: 50 }, () => `${words(8)} nowhere`)
    const full = new MiniSearch({ fields: ['title', 'text'], tokenize: wordsOf, processTerm: termsOf })
    full.addAll(texts.map(([title, text], id) => ({ id, title, text })))
    const index = new QueryIndex(queries)
    for (const [title, text] of texts) index.add(title, text)
    for (const query of queries) {
      const found = full.search(query).map(({ id, score }) => ({ place: id as number, score }))
      const expected = found.sort((a, b) => b.score - a.score || a.place - b.place)
      expect(index.search(query, 1000)).toEqual(expected)
      expect(index.search(query, 10)).toEqual(expected.slice(0, 10))
    }
  })

  it('finds a query of nothing but stop words, and nothing for one without words', () => {
    const index = new QueryIndex(['the', '?!'])
    for (const [title, text] of passages) index.add(title, text)
    expect(index.search('the', 10).length).toBe(4)
    expect(index.search('?!', 10)).toEqual([])
  })

  it('finds words in scripts that put no blanks between them', () => {
    const queries = ['面团发酵', '猫', '東京タワーの高さ', 'iPhone手机壳']
    const index = new QueryIndex(queries)
    const texts = ['酵母让面团发酵松软', '一只猫', '東京タワーは高い', '买手机壳送iPhone膜', '灯塔在夜里指路']
    for (const text of texts) index.add('', text)
    const best = queries.map(query => index.search(query, 1)[0]?.place)
    expect(best).toEqual([0, undefined, 2, 3])
  })
})
