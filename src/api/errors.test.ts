import { beforeAll, expect, it, vi } from 'vitest'
import { RerankError } from './errors.js'

/** The class as another entry of the package has it. */
let Copy: typeof RerankError
beforeAll(async () => {
  vi.resetModules()
  ;({ RerankError: Copy } = await import('./errors.js'))
})

it('is an instance of every copy of its class', () => {
  expect(Copy).not.toBe(RerankError)
  for (const Class of [RerankError, Copy]) {
    const error = new Class('disposed', 'gone')
    expect(error instanceof RerankError && error instanceof Copy && error instanceof Error).toBe(true)
  }
})

it('has no other instances', () => {
  for (const value of [null, undefined, 'disposed', {}, new Error('gone'), { code: 'disposed' }, () => {}]) {
    expect(value instanceof RerankError).toBe(false)
  }
  class Mine extends RerankError {}
  expect(new RerankError('disposed', 'gone') instanceof Mine).toBe(false)
  expect(new Mine('disposed', 'gone') instanceof Mine).toBe(true)
  expect(new Mine('disposed', 'gone') instanceof Copy).toBe(true)
})

it('shows nothing of how it is told', () => {
  const error = new RerankError('disposed', 'gone')
  expect(Object.getOwnPropertySymbols(error)).toEqual([])
})
