import { expect, it } from 'vitest'
import { checkOptionNames } from './checkOptionNames.js'

const check = (options: object) => checkOptionNames(options, 'topK onProgress onStatus windows depth')

it('takes known options, all or none', () => {
  for (const options of [{}, { topK: 1 }, { topK: undefined, onProgress: 1, onStatus: 1, windows: 1, depth: 1 }]) {
    expect(() => check(options)).not.toThrow()
  }
})

it.each([
  ['topk', 'topK'],
  ['TOPK', 'topK'],
  ['onprogres', 'onProgress'],
  ['onStats', 'onStatus'],
  ['window', 'windows'],
  ['wnidows', 'windows'],
  ['depht', 'depth'],
])('names for %s the nearest option, %s', (wrong, right) => {
  expect(() => check({ [wrong]: 1 })).toThrow(
    expect.objectContaining({ code: 'bad-option', message: `There is no option ${wrong}; did you mean ${right}?` }),
  )
})

it('names none that is far away, however long the name', () => {
  expect(() => check({ colour: 1 })).toThrow('There is no option colour.')
  expect(() => check({ ['windo'.repeat(100_000)]: 1 })).toThrow(/windo\.$/)
})
