import { describe, expect, it } from 'vitest'
import { sha256Of, someBytes } from '../store/testing.js'
import { sha256 } from './sha256.js'
import { sha256 as inScript } from './sha256Script.js'

describe('sha256', () => {
  it.each([0, 1, 55, 56, 64, 1000, 5_000_000])('is the same in JavaScript: %i bytes', async length => {
    const bytes = someBytes(length)
    expect(Buffer.from(inScript(bytes)).toString('hex')).toBe(sha256Of(bytes))
    expect(await sha256(bytes)).toBe(sha256Of(bytes))
  })
})
