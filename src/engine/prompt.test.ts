import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { tokenizerFromSpiece } from '../../models/convert/spiece.js'
import { differingPrompts } from '../../models/oracles/tokenizer/differingBlocks.js'
import type { Prompt } from '../model/manifest.js'
import { createTokenizer, type Tokenizer } from '../tokenizer/tokenize.js'
import { createPrompter } from './prompt.js'

/** An id a word: its place in a list that grows, from 1000 on. */
function wordTokenizer() {
  const words: string[] = []
  const calls: string[] = []
  const tokenizer: Tokenizer = {
    encode(text, limit = Infinity) {
      calls.push(text)
      const found = text.split(' ').filter(word => word)
      return found
        .slice(0, limit)
        .map(word => 1000 + (words.includes(word) ? words.indexOf(word) : words.push(word) - 1))
    },
    knownShare: () => 1,
  }
  const spell = (ids: readonly number[]) => ids.map(id => words[id - 1000] ?? `#${id}`).join(' ')
  return { tokenizer, calls, spell }
}

const bert: Prompt = {
  rerank: [
    { ids: [101, 1, 2] },
    { text: '{query}', share: 0.5 },
    { ids: [102] },
    { text: '{context}', type: 1 },
    { ids: [102], type: 1 },
  ],
  embed: [{ ids: [101] }, { text: '{context}' }, { ids: [102] }],
  firstView: 1,
  padId: 0,
  maxLength: 16,
}

const t5: Prompt = {
  rerank: [{ ids: [32099, 32098] }, { text: ' | Query: {query} | Context: {context}' }, { ids: [1] }],
  firstView: 0,
  padId: 0,
  maxLength: 16,
}

const words = (n: number, letter: string) => Array.from({ length: n }, (_, i) => letter + i).join(' ')

describe('separate segments', () => {
  test('puts query and passage between the fixed ids, with types', () => {
    const { tokenizer, spell } = wordTokenizer()
    const { ids, types } = createPrompter(bert, tokenizer).rerank('what is it', { title: 'A title', text: 'a text' })
    expect(spell(ids)).toBe('#101 #1 #2 what is it #102 A title a text #102')
    expect(types).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
  })

  test('cuts the query at its share, then the passage; the fixed ids stay', () => {
    const { tokenizer, spell } = wordTokenizer()
    const { rerank } = createPrompter(bert, tokenizer)
    expect(spell(rerank(words(20, 'q'), { text: words(20, 'p') }).ids)).toBe(
      `#101 #1 #2 ${words(8, 'q')} #102 ${words(3, 'p')} #102`,
    )
    // A short query leaves its room to the passage.
    expect(spell(rerank('q0', { text: words(20, 'p') }).ids)).toBe(`#101 #1 #2 q0 #102 ${words(10, 'p')} #102`)
  })

  test('tokenizes a query once for all its passages', () => {
    const { tokenizer, calls } = wordTokenizer()
    const { rerank } = createPrompter(bert, tokenizer)
    for (const text of ['a', 'b', 'c']) rerank('the query', { text })
    rerank('another', { text: 'a' })
    expect(calls).toEqual(['the query', 'a', 'b', 'c', 'another'])
  })

  test('does not put the query into a passage that has a place for it, nor the other way round', () => {
    const { tokenizer, spell } = wordTokenizer()
    const { rerank } = createPrompter(bert, tokenizer)
    expect(spell(rerank('{context}', { text: '{query} $& {context}' }).ids)).toBe(
      '#101 #1 #2 {context} #102 {query} $& {context} #102',
    )
  })

  test('an empty query or passage leaves the fixed ids', () => {
    const { tokenizer, spell } = wordTokenizer()
    const { ids, types } = createPrompter(bert, tokenizer).rerank('', { text: ' ' })
    expect(spell(ids)).toBe('#101 #1 #2 #102 #102')
    expect(types).toHaveLength(5)
  })

  test('embeds a text alone', () => {
    const { tokenizer, spell } = wordTokenizer()
    const { embed } = createPrompter(bert, tokenizer)
    expect(spell(embed!(' some text ').ids)).toBe('#101 some text #102')
    expect(embed!(words(50, 'p')).ids).toHaveLength(16)
  })
})

describe('one text', () => {
  test('is tokenized as a whole and cut at its end; the last id stays', () => {
    const { tokenizer, calls, spell } = wordTokenizer()
    const { rerank } = createPrompter(t5, tokenizer)
    expect(spell(rerank('q', { title: 'T', text: 'x' }).ids)).toBe('#32099 #32098 | Query: q | Context: T x #1')
    expect(spell(rerank('q', { text: words(50, 'p') }).ids)).toBe(
      `#32099 #32098 | Query: q | Context: ${words(8, 'p')} #1`,
    )
    expect(calls).toEqual([' | Query: q | Context: T x', ` | Query: q | Context: ${words(50, 'p')}`])
  })

  test('has no types, and no embedding where the model has none', () => {
    const prompter = createPrompter(t5, wordTokenizer().tokenizer)
    expect(prompter.rerank('q', { text: 'x' }).types).toBeUndefined()
    expect(prompter.embed).toBeUndefined()
  })
})

test("finds a text's own tokens between the fixed ids and after the words put before it", () => {
  const { tokenizer, spell } = wordTokenizer()
  const named = { query: [{ ids: [101, 7] }, { text: 'search for: {context}' }, { ids: [102] }] }
  const embed = [{ ids: [101] }, { text: 'passage: {context}' }, { ids: [102] }]
  const prompter = createPrompter({ ...bert, rerank: [], embed, named }, tokenizer)
  const own = (text: string, name?: string) => {
    const prompt = prompter.embed!(text, name)
    return spell(prompt.ids.slice(...prompter.textTokens(prompt, name)))
  }
  expect(own('a b c')).toBe('a b c')
  expect(own('a b c', 'query')).toBe('a b c')
  const plain = createPrompter(bert, tokenizer)
  expect(plain.textTokens(plain.embed!('a b', 'query'), 'query')).toEqual([1, 3])
})

test('joins title and text by a space and trims', () => {
  const { tokenizer, calls } = wordTokenizer()
  const { rerank } = createPrompter(t5, tokenizer)
  rerank('q', { title: '', text: ' text ' })
  rerank('q', { title: ' title', text: '' })
  rerank('q', { text: '' })
  expect(calls).toEqual([' | Query: q | Context: text', ' | Query: q | Context: title', ' | Query: q | Context: '])
})

test('10,000 prompts have the ids that the original in Python makes', () => {
  const spiece = readFileSync(new URL('../../models/oracles/tokenizer/spiece.model', import.meta.url))
  const tokenizer = createTokenizer(tokenizerFromSpiece(spiece))
  const prompt = (maxLength: number): Prompt => ({
    ...t5,
    rerank: [{ ids: [4099, 4098, 4097, 4096] }, ...t5.rerank.slice(1)],
    maxLength,
  })
  expect(differingPrompts(maxLength => createPrompter(prompt(maxLength), tokenizer))).toEqual([])
}, 60_000)
