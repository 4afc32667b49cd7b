import { expect, test } from 'vitest'
import { RerankError } from '../api/errors.js'
import { checkRankInput, contextOf, likeliestFirst } from './checkInput.js'

function codeOf(call: () => void): { code: string; index: number | undefined } {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(RerankError)
    const { code, index, remedy } = error as RerankError
    expect(remedy).not.toBe('')
    return { code, index }
  }
  throw new Error('nothing was thrown')
}

test.each([undefined, null, 3, {}, ['q']])('a query that is %j is refused', query => {
  expect(codeOf(() => checkRankInput(query, [], {})).code).toBe('bad-query')
})

test.each([
  undefined,
  3,
  null,
  [],
  { title: 't' },
  { text: 7 },
  { text: 'a', title: 7 },
  { text: 'a', firstStageScore: Number.NaN },
])('a passage that is %j is refused with its place', passage => {
  expect(codeOf(() => checkRankInput('q', ['fine', passage], {}))).toEqual({ code: 'bad-passage', index: 1 })
})

test('holes in the list are refused', () => {
  expect(codeOf(() => checkRankInput('q', new Array(2), {}))).toEqual({ code: 'bad-passage', index: 0 })
})

test.each([{ topK: 0 }, { topK: 1.5 }, { refine: -1 }, { depth: '6' as unknown as number }])(
  'the option %j is refused',
  options => {
    expect(codeOf(() => checkRankInput('q', [], options)).code).toBe('bad-option')
  },
)

test('title and text are joined by one space and trimmed', () => {
  expect(contextOf({ title: 'Title', text: ' text ' })).toBe('Title  text')
  expect(contextOf({ text: ' text ' })).toBe('text')
  expect(contextOf({ title: 'Title', text: '' })).toBe('Title')
  expect(contextOf('  x ')).toBe('x')
})

test('first-stage scores schedule where all passages have one', () => {
  const scores = [1, 3, 2].map(firstStageScore => ({ text: '', firstStageScore }))
  expect([...likeliestFirst(scores)]).toEqual([1, 2, 0])
  expect([...likeliestFirst([...scores, 'none'])]).toEqual([0, 1, 2, 3])
})
