import { expect, it } from 'vitest'
import { modelFor } from './pageContext.js'

const models = { de: 'german', 'pt-BR': 'brazilian', pt: 'portuguese', th: '' }

it.each([
  [['de'], 'german'],
  [['de-AT'], 'german'],
  [['pt-BR'], 'brazilian'],
  [['pt-PT'], 'portuguese'],
  [['th'], ''],
  [['fr', 'de'], 'german'],
  [['fr'], undefined],
  [[], undefined],
])('the model for pages in %j is %j', (languages, model) => {
  expect(modelFor(languages, models)).toBe(model)
})

it.each([undefined, null])('without models (%j), there is none by language', models => {
  expect(modelFor(['de'], models)).toBeUndefined()
})
