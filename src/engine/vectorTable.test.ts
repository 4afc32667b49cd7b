import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VectorTable } from './vectorTable.js'

const known = Array.from({ length: 8 }, (_, i) => Float32Array.of(i, i + 0.5))

test('whatever was laid out before, a list is laid out as it is', () => {
  const list = fc.array(fc.integer({ min: 0, max: known.length - 1 }), { maxLength: 12 })
  fc.assert(
    fc.property(fc.array(list, { maxLength: 6 }), lists => {
      const table = new VectorTable()
      for (const places of lists) {
        const vectors = places.map(place => known[place]!)
        expect([...table.update(vectors)]).toEqual(vectors.flatMap(vector => [...vector]))
      }
    }),
  )
})

test('what stands where it stood is not copied again', () => {
  const table = new VectorTable()
  const [first, second, third] = known as [Float32Array, Float32Array, Float32Array]
  table.update([first, second, third]).fill(-1)
  expect([...table.update([first, third, second])]).toEqual([-1, -1, 2, 2.5, 1, 1.5])
})
