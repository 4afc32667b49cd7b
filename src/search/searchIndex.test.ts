import { describe, expect, it } from 'vitest'
import { toCodes } from './codes.js'
import { buildInvertedIndex } from './invertedIndex.js'
import { type IndexedPage, type IndexedSection, packIndex, unpackIndex } from './packedIndex.js'
import { SearchIndex } from './searchIndex.js'
import { memoryIndex } from './testing.js'

const pages: IndexedPage[] = [
  { title: 'Server', url: 'https://example.org/server.md', filters: { version: ['1', '2'], language: ['en'] } },
  { title: 'Klient', url: 'klient/', filters: { version: ['2'] } },
]
const sections: IndexedSection[] = [
  { page: 0, anchor: 'bodylimit', path: ['bodyLimit'], text: 'Largest payload that is accepted, in bytes.' },
  { page: 0, anchor: 'close', path: ['close'], text: 'Stops the server. Running requests are finished first.' },
  { page: 0, anchor: '', path: [], text: 'How to begin, and what a limit is.' },
  { page: 1, anchor: 'größe', path: ['Größe'], text: 'Ein Klient – 𝒙 – stellt Anfragen an den Server.' },
]

const { index, manifest, packed, words } = memoryIndex(pages, sections, {
  filters: { version: ['2', '1'], language: ['en'] },
  embeddings: { model: 'small', width: 8 },
})
const found = (query: string, limit = 10) => index.query(query, { limit }).candidates.map(({ path }) => path.at(-1))

describe('a search by words', () => {
  it('prefers the heading to the text', () => {
    expect(found('limit')).toEqual(['bodyLimit', 'Server'])
  })

  it('finds the parts of an identifier, and the identifier', () => {
    expect(found('body')).toEqual(['bodyLimit'])
    expect(found('bodyLimit')[0]).toBe('bodyLimit')
  })

  it('ignores words that carry no topic, unless there are no others', () => {
    expect(found('how do I stop a request')).toEqual(['close'])
    expect(found('what is')).toContain('Server')
  })

  it('completes the last word only', () => {
    expect(found('payl')).toEqual(['bodyLimit'])
    expect(found('payl zzz')).toEqual([])
  })

  it('forgives slips in longer words that the index does not have', () => {
    expect(found('payloed')).toEqual(['bodyLimit'])
    expect(found('paylaod zzz')).toEqual(['bodyLimit'])
    const [candidate] = index.query('payloed').candidates
    expect(candidate!.words!.terms).toMatchObject([{ term: 'payload', word: 'payloed', match: 'spelling' }])
  })

  it('returns no more than asked for, and nothing for nothing', () => {
    expect(found('limit', 1)).toEqual(['bodyLimit'])
    expect(found('  ?! ')).toEqual([])
    expect(found('limit', 0)).toEqual([])
  })

  it('says where a section is read, and what matched', () => {
    expect(index.query('Größe').candidates).toMatchObject([
      {
        id: 3,
        url: 'klient/#gr%C3%B6%C3%9Fe',
        title: 'Klient',
        path: ['Klient', 'Größe'],
        text: 'Ein Klient – 𝒙 – stellt Anfragen an den Server.',
        source: 'words',
        terms: ['größe'],
      },
    ])
  })

  it('adds up to the score by its terms', () => {
    for (const { words, score } of index.query('running server limit requ').candidates) {
      const sum = words!.terms.reduce((total, term) => total + term.score, 0)
      expect(sum).toBeCloseTo(score, 4)
    }
  })
})

describe('what a query says beside its words', () => {
  const texts = [
    ['Zero copy transfer', 'The transfer makes zero copy of data in memory.'],
    ['Copies', 'Copy the transfer to zero places; a copy of zero is no copy.'],
    ['Apples', 'Apples ripen in autumn, --all of them.'],
    ['Apples and pears', 'Apples and pears ripen in autumn; 5 % of them late.'],
    ['setErrorHandler', 'Calls setErrorHandler where a hook throws.'],
    ['Vectors', 'A std::vector grows. So does each vector of the std library.'],
    ['Library', 'Each std library has a vector: the vector, the vector and the std one.'],
    ['Stash', 'A stash keeps changes.'],
    ['Stash and stashes', 'The stash of a stash holds stash after stash.'],
  ].map(([heading, text]) => ({ page: 1, anchor: heading!, path: [heading!], text: text! }))
  const inverted = buildInvertedIndex(texts.map(({ path, text }) => ({ heading: path[0]!, path: '', text })))
  const one = new SearchIndex({ ...manifest, sections: texts.length }, packIndex(pages, texts, inverted))
  const headings = (query: string, options = {}) => one.query(query, options).candidates.map(({ path }) => path.at(-1))

  it('keeps words in quotes together', () => {
    expect(headings('"zero copy"')).toEqual(['Zero copy transfer'])
    expect(headings('"copy zero"')).toEqual(expect.arrayContaining(['Zero copy transfer', 'Copies']))
    expect(one.query('"zero copy"').total).toBe(1)
  })

  it('leaves out what stands behind a minus, unless the index knows it as a flag', () => {
    expect(headings('apples -pears')).toEqual(['Apples'])
    expect(headings('ripen --all')[0]).toBe('Apples')
  })

  it('puts pieces with signs first as they are typed, and looks for signs alone in all texts', () => {
    expect(headings('std::vector')[0]).toBe('Vectors')
    expect(headings('%')).toEqual(['Apples and pears'])
  })

  it('puts the heading that it is first, and the headings that it begins next', () => {
    expect(headings('stash').slice(0, 2)).toEqual(['Stash', 'Stash and stashes'])
    expect(headings('zero c')[0]).toBe('Zero copy transfer')
  })

  it('tells how it was corrected, and can be searched as it is', () => {
    expect(one.query('setErorHandler hooks').corrected).toBe('setErrorHandler hooks')
    expect(one.query('setErrorHandler').corrected).toBeUndefined()
    expect(one.query('autunm', { correct: false })).toMatchObject({ candidates: [], total: 0 })
    expect(one.query('autunm').corrected).toBe('autumn')
    expect(one.query('autunmx autunm').corrected).toMatch(/^\w+ autumn$/)
  })
})

describe('filters', () => {
  it('keep sections that have one of the values, for each name', () => {
    const titles = (filters: Record<string, string | string[]>) =>
      index.query('server', { filters }).candidates.map(({ title }) => title)
    expect(new Set(titles({ version: '1' }))).toEqual(new Set(['Server']))
    expect(new Set(titles({ version: ['1', '2'] }))).toEqual(new Set(['Server', 'Klient']))
    expect(titles({ version: '2', language: 'de' })).toEqual([])
    expect(titles({ version: [] }).length).toBe(titles({}).length)
  })

  it('count what the other choices would bring', () => {
    const { facets, total } = index.query('server', { filters: { version: '1' } })
    expect(total).toBe(3)
    expect(facets.version).toEqual([
      { value: '2', count: 4 },
      { value: '1', count: 3 },
    ])
    expect(facets.language).toEqual([{ value: 'en', count: 3 }])
    expect(index.query('').facets.version).toEqual(facets.version)
  })
})

describe('suggestions', () => {
  it('are offered where no word is found, and keep the words that are known', () => {
    expect(index.query('paylxad').suggestions).toEqual([])
    expect(index.query('payxxxd').candidates).toEqual([])
    expect(index.query('payxxxd').suggestions[0]).toBe('payload')
    expect(index.query('requestably').suggestions).toEqual(['request'])
    expect(index.query('server', { filters: { version: '9' } }).suggestions).toEqual([])
    expect(index.query('zzzzzzzzz').suggestions).toEqual([])
  })
})

describe('embeddings', () => {
  const vector = (...numbers: number[]) => Float32Array.from(numbers)
  const vectors = [
    vector(1, 1, 1, 1, -1, -1, -1, -1),
    vector(-1, -1, 1, 1, 1, 1, -1, -1),
    vector(1, -1, 1, -1, 1, -1, 1, -1),
    vector(-1, -1, -1, -1, -1, -1, -1, -1),
  ]
  const meant = new SearchIndex(manifest, packed)
  meant.addEmbeddings(toCodes(vectors))

  it('find what no word finds', () => {
    const { candidates } = meant.query('zzz', { vector: vectors[3]!, limit: 2 })
    expect(candidates[0]).toMatchObject({ id: 3, source: 'semantic', terms: [], semantic: { rank: 0 } })
    expect(candidates[0]!.semantic!.cosine).toBeCloseTo(1)
    expect(candidates[0]!.words).toBeUndefined()
  })

  it('are fused with the words', () => {
    const { candidates } = meant.query('limit', { vector: vectors[2]! })
    expect(candidates[0]).toMatchObject({ id: 2, source: 'both', words: { rank: 1 }, semantic: { rank: 0 } })
  })

  it('obey filters, also where few are left', () => {
    const { candidates } = meant.query('zzz', { vector: vectors[0]!, filters: { language: 'en' } })
    expect(candidates.map(({ id }) => id).sort()).toEqual([0, 1, 2])
  })

  it('are left out until they are there, and want vectors of their width', () => {
    expect(index.query('limit', { vector: vectors[0]! }).candidates[0]!.source).toBe('words')
    expect(() => meant.query('limit', { vector: vector(1, 2) })).toThrow(/2 numbers/)
    expect(() => meant.addEmbeddings(new Uint8Array(3))).toThrow(/do not fit/)
  })
})

describe('a section in parts', () => {
  const parts: IndexedSection[] = [
    ...Array.from({ length: 6 }, () => ({ page: 0, anchor: 'log', path: ['Log'], text: 'A log of requests.' })),
    { page: 0, anchor: 'level', path: ['Level'], text: 'What is written to it: every log line has a level.' },
    { page: 1, anchor: 'log', path: ['Log'], text: 'Where a client writes its lines, and the level of each.' },
  ]
  const headed = parts.map(({ path, text }) => ({ heading: path[0]!, path: '', text }))
  const long = new SearchIndex(
    { ...manifest, sections: parts.length },
    packIndex(pages, parts, buildInvertedIndex(headed)),
  )
  long.addEmbeddings(toCodes(parts.map((_, i) => Float32Array.from({ length: 8 }, (_, at) => (at > i ? 1 : -1)))))

  it('leaves room for others among the candidates', () => {
    expect(
      long
        .query('log', { limit: 5 })
        .candidates.map(({ url }) => url)
        .sort(),
    ).toEqual([
      'https://example.org/server.md#level',
      ...Array(3).fill('https://example.org/server.md#log'),
      'klient/#log',
    ])
    const vector = new Float32Array(8).fill(1)
    const fused = long.query('log', { limit: 5, vector }).candidates
    expect(fused.filter(({ id }) => id < 6)).toHaveLength(3)
    expect(fused.map(({ id }) => id)).toContain(7)
  })

  it('counts once', () => {
    expect(long.query('log')).toMatchObject({ total: 3, facets: { language: [{ value: 'en', count: 2 }] } })
  })
})

describe('a packed index', () => {
  it('is read as it was written', () => {
    const unpacked = unpackIndex(packed)
    expect(unpacked.pages).toEqual(pages)
    expect(unpacked.sections.map((section, id) => ({ ...section, text: unpacked.text(id) }))).toEqual(sections)
    expect(unpacked.words).toEqual(words)
  })

  it('may be empty', () => {
    const unpacked = unpackIndex(packIndex([], [], buildInvertedIndex([])))
    expect([unpacked.pages, unpacked.sections, unpacked.words.terms]).toEqual([[], [], []])
  })

  it('is refused wherever it was cut off or changed', () => {
    for (let length = 0; length < packed.length; length += 7) {
      expect(() => unpackIndex(packed.slice(0, length))).toThrow(/damaged/)
    }
    const changed = packed.slice()
    changed[0] = 0
    expect(() => unpackIndex(changed)).toThrow(/damaged/)
  })
})
