import { expect, test } from 'vitest'
import { familyLoader } from './familyLoader.js'

test('a family that cannot be loaded is a typed error that names the file', async () => {
  const url = 'data:text/javascript,throw Error("refused")'
  const families = { t5: url, modernbert: url, Unigram: url, BPE: url }
  const load = familyLoader({ families, ort: {} as never })
  await expect(load('Unigram')).rejects.toMatchObject({
    name: 'RerankError',
    code: 'download-failed',
    remedy: expect.stringContaining('family-unigram.js'),
    cause: { message: 'refused' },
  })
})
