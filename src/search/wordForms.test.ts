import { expect, it } from 'vitest'
import { inflections, WeakTerms } from './wordForms.js'

it('finds terms by the weaker forms in which they are typed', () => {
  const terms = ['cafe', 'café', 'gerät', 'straße']
  const weak = new WeakTerms(terms)
  const named = (places: Iterable<number>) => [...places].map(place => terms[place])
  expect(named(weak.find('cafe'))).toEqual(['café'])
  expect(named(weak.find('geraet'))).toEqual(['gerät'])
  expect(named(weak.find('strasse'))).toEqual(['straße'])
  expect(named(weak.beginning('ger'))).toEqual(['gerät', 'gerät'])
  expect(named(weak.find('café'))).toEqual([])
})

it.each([
  ['deleting', ['delete', 'deleted', 'deletion']],
  ['rotate', ['rotation', 'rotating', 'rotated']],
  ['stopped', ['stop', 'stopping']],
  ['copied', ['copy']],
  ['configuration', ['configure', 'configuring']],
])('spells other forms of %s', (word, forms) => {
  expect(inflections(word)).toEqual(expect.arrayContaining(forms))
  expect(inflections(word)).not.toContain(word)
})

it('leaves short words and identifiers alone', () => {
  for (const word of ['log', 'max_size', 'größe', 'utf8']) expect(inflections(word)).toEqual([])
})
