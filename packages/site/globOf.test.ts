import picomatch from 'picomatch'
import { expect, test } from 'vitest'
import { globOf } from './globOf.js'

test.each(['guide/start.html', 'a, b.html', '[id].html', '{a}(b)+!*?.html', '!not.html', 'a\\b$^|.html'])(
  '%s matches itself alone',
  path => {
    const matches = picomatch(globOf(path))
    expect(matches(path)).toBe(true)
    for (const other of ['guide/startxhtml', 'i.html', 'not.html', `x${path}`, `${path}x`]) {
      expect(matches(other), other).toBe(false)
    }
    expect(globOf(path)).not.toContain(',')
  },
)
