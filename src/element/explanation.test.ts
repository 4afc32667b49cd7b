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
const explained = (result: Result, state: Partial<ListState> = {}, language = 'en') =>
  explain(result, stringsOf(language), { ...list, ...state })
const summaryOf = (...of: Parameters<typeof explained>) => explained(...of).summary
const plainOf = (...of: Parameters<typeof explained>) => explained(...of).plain
const barsOf = (result: Result) =>
  explain(result, stringsOf('en'), list).groups.map(({ bars }) => bars.map(({ label, text }) => `${label}: ${text}`))

it('says the place in a plain sentence, and in figures the signals that have a weight, each with its own place', () => {
  const weights = { mvp: 1, cosine: 0, lateInteraction: 1, firstStage: 1 }
  const ranks = modelRanksOf(
    [
      { index: 1, views: [2, 0], signals: { mvp: 1, cosine: 0.1, lateInteraction: 0.9, firstStage: 3 } },
      { index: 0, views: [1, 3], signals: { mvp: 2, cosine: 0.5, lateInteraction: 0.2, firstStage: 4 } },
    ],
    () => weights,
  )
  const result: Result = { candidate, modelRank: ranks.get(1)! }
  expect(plainOf(result)).toBe('The model read it with your search and put it 1st of 2; by words it would be 3rd.')
  expect(summaryOf(result)).toEqual([
    'The order follows the weighted sum of these scores: “Mean of the views” (2nd), “Word by word” (1st), “First search” (2nd).',
    'Found by: Words + meaning.',
    'In the list “Words” it is 3rd.',
    'In the list “Meaning” it is 1st.',
  ])
  expect(barsOf(result)).toEqual([
    ['Mean of the views: 2nd of 2', 'Word by word: 1st of 2', 'First search: 2nd of 2'],
    ['View 1: 1st of 2', 'View 2: 2nd of 2'],
    ['“yeast”: 100 %'],
    ['Estimated cosine: 0.43'],
  ])
  expect(summaryOf(result, { betterHeld: true })[0]).toBe('A better order is ready.')
  expect(plainOf(result, {}, 'de')).toBe('Das Modell las ihn mit Ihrer Suche: Platz 1 von 2, nach Wörtern Platz 3.')
  expect(summaryOf(result, {}, 'de')[0]).toBe(
    'Die Reihenfolge folgt der gewichteten Summe dieser Werte: „Mittel der Sichten“ (Platz 2), „Wort für Wort“ (Platz 1), „Erste Suche“ (Platz 2).',
  )
})

it('names the mean of the views where nothing else counts, and the score of a model without views', () => {
  const byViews = modelRanksOf([{ index: 0, views: [1, 2] }]).get(0)!
  expect(summaryOf({ candidate, modelRank: byViews })[0]).toBe('The order follows the mean of the model’s 2 views.')
  const byScore = modelRanksOf([{ index: 0 }, { index: 1 }]).get(1)!
  expect(summaryOf({ candidate, modelRank: byScore })[0]).toBe('The order follows the model’s score.')
})

it('compares within the block of a passage where the best were ranked again', () => {
  const ranks = modelRanksOf([
    { index: 0, stage: 1, views: [5] },
    { index: 1, stage: 1, views: [9] },
    { index: 2, stage: 0, views: [7] },
  ])
  const [, best, rest] = [0, 1, 2].map(index => ({ candidate, modelRank: ranks.get(index)! }))
  expect(summaryOf(best!).slice(0, 2)).toEqual([
    'The order follows the mean of the model’s 1 view.',
    'The best 2 were ranked again among themselves; it is one of them.',
  ])
  expect(barsOf(best!)[0]).toEqual(['View 1: 1st of 2'])
  expect(summaryOf(rest!)[1]).toBe('The best 2 were ranked again among themselves; it is not one of them.')
  expect(barsOf(rest!)[0]).toEqual(['View 1: 1st of 1'])
})

it('says that words order the list, or that the model has yet to rank the passage', () => {
  expect(plainOf({ candidate }, { modelKnown: false })).toBe('Ordered by words.')
  expect(plainOf({ candidate })).toBe('The model has not ranked it yet.')
})

it('names no place by words where no word matched, and says first that the search is a name', () => {
  const modelRank = modelRanksOf([{ index: 0, views: [1] }]).get(0)!
  const { words: _, ...byMeaning } = candidate
  expect(plainOf({ candidate: byMeaning, modelRank })).toBe('The model read it with your search and put it 1st of 1.')
  expect(plainOf({ candidate: { ...candidate, exact: 'title' }, modelRank })).toBe(
    'Your search is its exact name, so it stays first.',
  )
})
