import { describe, expect, it } from 'vitest'
import { readCorpus } from './corpus.js'
import { createLexicalIndex } from './lexicalIndex.js'

const corpus = readCorpus({
  packages: [{ name: 'pkg', version: '1.0.0', licence: 'MIT', licenceText: 'MIT', homepage: 'https://example.org/' }],
  pages: [[0, 'Server', 'https://example.org/server.md']],
  sections: [
    [0, 'bodylimit', ['bodyLimit'], 'Largest payload that is accepted, in bytes.'],
    [0, 'close', ['close'], 'Stops the server. Running requests are finished first.'],
    [0, '', [], 'How to begin, and what a limit is.'],
  ],
})

async function found(query: string, limit = 10) {
  const index = await createLexicalIndex(corpus.sections)
  return index.search(query, limit).map(hit => hit.section.path.at(-1))
}

describe('a lexical search', () => {
  it('prefers the heading to the text', async () => {
    expect(await found('limit')).toEqual(['bodyLimit', 'Server'])
  })

  it('finds the parts of an identifier, and the identifier', async () => {
    expect(await found('body')).toEqual(['bodyLimit'])
    expect((await found('bodyLimit'))[0]).toBe('bodyLimit')
  })

  it('ignores words that carry no topic, unless there are no others', async () => {
    expect(await found('how do I stop a request')).toEqual(['close'])
    expect(await found('what is')).toContain('Server')
  })

  it('completes the last word only', async () => {
    expect(await found('payl')).toEqual(['bodyLimit'])
    expect(await found('payl zzz')).toEqual([])
  })

  it('forgives a slip in a longer word', async () => {
    expect(await found('payloed')).toEqual(['bodyLimit'])
  })

  it('returns no more than asked for, and nothing for nothing', async () => {
    expect(await found('limit', 1)).toEqual(['bodyLimit'])
    expect(await found('  ?! ')).toEqual([])
  })
})

describe('a section read from the stored corpus', () => {
  it('stands under its page and links to its heading', () => {
    const [limit, , page] = corpus.sections
    expect(limit).toMatchObject({
      id: 0,
      path: ['Server', 'bodyLimit'],
      url: 'https://example.org/server.md#bodylimit',
    })
    expect(page).toMatchObject({ id: 2, path: ['Server'], url: 'https://example.org/server.md' })
  })
})
