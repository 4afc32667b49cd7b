import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

const query = 'how do plants make their food'
const passages = [
  'The plant was closed in 1986, and the workers found other jobs in the town.',
  'Plants in pots need water twice a week.',
  'Leaves turn light, water and carbon dioxide into sugar.',
  'Food was sold at the gate of the factory.',
]

test('codes cross the worker, stand in for reading alone, are refused if wrong, and are kept if asked', async ({
  page,
}) => {
  await openLibrary(page)
  const seen = await page.evaluate(
    async ([query, passages]) => {
      const options = { model: '/models/mvp-mini/', device: 'wasm', cacheBytes: 0 } as const
      const reranker = await window.library.createReranker(options)
      const keeping = await window.library.createReranker({ ...options, codeCacheBytes: 1e6 })
      // Views of one large buffer: only their own bytes cross.
      const codes = await reranker.encode(passages)
      const store = new Uint8Array(codes.reduce((sum, { length }) => sum + length, 0))
      let at = 0
      const views = codes.map(one => {
        store.set(one, at)
        at += one.length
        return store.subarray(at - one.length, at)
      })
      const coded = passages.map((text, i) => ({ text, tokens: views[i]! }))
      const rank = async (ranker: typeof reranker, list: typeof passages | typeof coded) =>
        (await ranker.rank(query, list as typeof coded, { explain: true })).results.map(({ index, signals }) => ({
          index,
          signals: signals!,
        }))
      const result = {
        exact: await rank(reranker, passages),
        coded: await rank(reranker, coded),
        kept: await rank(keeping, passages),
        again: await rank(keeping, passages),
        bytes: codes.map(({ length }) => length),
        error: await reranker
          .rank(query, [coded[0]!, { text: 'cut', tokens: views[1]!.subarray(0, 200) }])
          .catch(({ code, index, remedy }) => ({ code, index, remedy })),
        after: (await rank(reranker, coded)).length,
      }
      await Promise.all([reranker.dispose(), keeping.dispose()])
      return result
    },
    [query, passages] as const,
  )
  expect(seen.coded[0]!.index).toBe(2)
  expect(seen.exact[0]!.index).toBe(2)
  const mvpOf = (results: typeof seen.exact) =>
    results.toSorted((a, b) => a.index - b.index).map(({ signals }) => signals.mvp)
  expect(mvpOf(seen.coded)).toEqual(mvpOf(seen.exact))
  expect(seen.kept).toEqual(seen.coded)
  expect(seen.again).toEqual(seen.coded)
  for (const bytes of seen.bytes) expect(bytes).toBeLessThan(1200)
  expect(seen.error).toMatchObject({ code: 'bad-vector', index: 1, remedy: expect.stringContaining('encode') })
  expect(seen.after).toBe(passages.length)
})
