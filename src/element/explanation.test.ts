import { expect, it } from 'vitest'
import type { Candidate } from '../api/search.js'
import { explain, type ListState } from './explanation.js'
import { modelRanksOf, type Result } from './result.js'
import { stringsOf } from './strings/index.js'

const candidate: Candidate = {
  id: 0,
  section: 0,
  url: '/dough',
  title: 'Dough',
  path: ['Dough'],
  text: 'Yeast eats sugar.',
  filters: {},
  score: 3,
  source: 'both',
  terms: ['yeast'],
  words: { score: 4, rank: 2, terms: [{ term: 'yeast', word: 'yeast', match: 'exact', score: 4 }] },
  semantic: { cosine: 0.426, rank: 0 },
}

const list: ListState = { modelKnown: true, betterHeld: false }
const summaryOf = (result: Result, state: Partial<ListState> = {}, language = 'en') =>
  explain(result, stringsOf(language), { ...list, ...state }).summary
const barsOf = (result: Result) =>
  explain(result, stringsOf('en'), list).groups.map(({ bars }) => bars.map(({ label, text }) => `${label}: ${text}`))

it('says first what the place follows from: the sum of the signals that have a weight, each with its own place', () => {
  const weights = { mvp: 1, cosine: 0, lateInteraction: 1, firstStage: 1 }
  const ranks = modelRanksOf(
    [
      { index: 1, views: [2, 0], signals: { mvp: 1, cosine: 0.1, lateInteraction: 0.9, firstStage: 3 } },
      { index: 0, views: [1, 3], signals: { mvp: 2, cosine: 0.5, lateInteraction: 0.2, firstStage: 4 } },
    ],
    () => weights,
  )
  const result: Result = { candidate, modelRank: ranks.get(1)! }
  expect(summaryOf(result)).toEqual([
    'Ranked 1st of 2 passages by the weighted sum of these scores: “Mean of the views” (2nd), “Word by word” (1st), “First search” (2nd).',
    'Words of your search and its meaning found it.',
    'In the list by words it is 3rd.',
    'In the list by meaning it is 1st.',
  ])
  expect(barsOf(result)).toEqual([
    ['Mean of the views: 2nd of 2', 'Word by word: 1st of 2', 'First search: 2nd of 2'],
    ['View 1: 1st of 2', 'View 2: 2nd of 2'],
    ['“yeast”: 100 %'],
    ['Estimated cosine: 0.43'],
  ])
  expect(summaryOf(result, { betterHeld: true })[0]).toBe('A better order is ready.')
  expect(summaryOf(result, {}, 'de')[0]).toBe(
    'Platz 1 von 2 Textstellen nach der gewichteten Summe dieser Werte: „Mittel der Sichten“ (Platz 2), „Wort für Wort“ (Platz 1), „Erste Suche“ (Platz 2).',
  )
})

it('names the mean of the views where nothing else counts, and the score of a model without views', () => {
  const byViews = modelRanksOf([{ index: 0, views: [1, 2] }]).get(0)!
  expect(summaryOf({ candidate, modelRank: byViews })[0]).toBe(
    'Ranked 1st of 1 passage by the mean of the model’s 2 views.',
  )
  const byScore = modelRanksOf([{ index: 0 }, { index: 1 }]).get(1)!
  expect(summaryOf({ candidate, modelRank: byScore })[0]).toBe('Ranked 2nd of 2 passages by the model’s score.')
})

it('compares within the block of a passage where the best were ranked again', () => {
  const ranks = modelRanksOf([
    { index: 0, stage: 1, views: [5] },
    { index: 1, stage: 1, views: [9] },
    { index: 2, stage: 0, views: [7] },
  ])
  const [, best, rest] = [0, 1, 2].map(index => ({ candidate, modelRank: ranks.get(index)! }))
  expect(summaryOf(best!).slice(0, 2)).toEqual([
    'Ranked 2nd of 3 passages by the mean of the model’s 1 view.',
    'The best 2 were ranked again among themselves; it is one of them.',
  ])
  expect(barsOf(best!)[0]).toEqual(['View 1: 1st of 2'])
  expect(summaryOf(rest!)[1]).toBe('The best 2 were ranked again among themselves; it is none of them.')
  expect(barsOf(rest!)[0]).toEqual(['View 1: 1st of 1'])
})

it('says that words order the list, or that the model has yet to rank the passage', () => {
  expect(summaryOf({ candidate }, { modelKnown: false })[0]).toBe('Ordered by words.')
  expect(summaryOf({ candidate })[0]).toBe('The model has not ranked it yet.')
})
