import { expect, test } from 'vitest'
import { DeviceVerdicts } from './deviceVerdicts.js'
import { memoryParts } from './testing.js'

test('a verdict is kept for what it depends on, and for nothing else', async () => {
  const parts = memoryParts()
  const verdicts = new DeviceVerdicts(async () => parts)
  await verdicts.keep(['adapter', 'model 1'], { refused: 'off by 3' })
  await verdicts.keep(['adapter', 'model 2'], { refused: false })
  expect(await verdicts.read(['adapter', 'model 1'])).toEqual({ refused: 'off by 3' })
  expect(await verdicts.read(['adapter', 'model 2'])).toEqual({ refused: false })
  expect(await verdicts.read(['adapter', 'model 3'])).toBeUndefined()
})

test.each(['', 'null', '7', '{}', '{"refused":true}'])('a verdict edited to %j is none', async text => {
  const parts = memoryParts()
  const verdicts = new DeviceVerdicts(async () => parts)
  await verdicts.keep(['a'], { refused: false })
  for (const name of parts.held.keys()) await parts.write(name, new TextEncoder().encode(text))
  expect(await verdicts.read(['a'])).toBeUndefined()
})

test('where nothing can be kept there are no verdicts, and no errors', async () => {
  const verdicts = new DeviceVerdicts(async () => {
    throw new Error('a private window')
  })
  await verdicts.keep(['a'], { refused: false })
  expect(await verdicts.read(['a'])).toBeUndefined()
})
