import { expect, test } from 'vitest'
import type { PartStore } from './partStore.js'
import { ReadAhead } from './readAhead.js'
import { memoryParts } from './testing.js'

const one = Uint8Array.of(1)

/** A store that records what is read of it. */
function recorded() {
  const parts = memoryParts()
  const asked: string[] = []
  const store: PartStore = {
    ...parts,
    read: name => {
      asked.push(name)
      return parts.read(name)
    },
  }
  return { parts, store, asked }
}

test('some parts are read at once, and given out once', async () => {
  const { parts, store, asked } = recorded()
  for (const name of ['a', 'b']) await parts.write(name, one)
  const ahead = new ReadAhead(store, ['a'])
  expect(asked).toEqual(['a'])
  expect(await ahead.read('a')).toEqual(one)
  expect(asked).toEqual(['a'])
  expect(await ahead.read('a')).toEqual(one)
  expect(await ahead.read('b')).toEqual(one)
  expect(asked).toEqual(['a', 'a', 'b'])
})

test('a part that came later, or could not be read, is read again', async () => {
  const { parts, store } = recorded()
  const ahead = new ReadAhead(store, ['a'])
  await parts.write('a', one)
  expect(await ahead.read('a')).toEqual(one)
  let tries = 0
  const failing: PartStore = {
    ...parts,
    read: async name => {
      if (tries++ === 0) throw new Error('It is locked.')
      return parts.read(name)
    },
  }
  expect(await new ReadAhead(failing, ['a']).read('a')).toEqual(one)
})

test('writes and removals reach the store', async () => {
  const { parts, store } = recorded()
  const ahead = new ReadAhead(store, [])
  await ahead.write('a', one)
  expect((await ahead.list()).map(({ name }) => name)).toEqual(['a'])
  await ahead.remove('a')
  expect(await parts.read('a')).toBeUndefined()
})
