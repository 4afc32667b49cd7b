import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

const question = 'how do plants make their food'
const answer = 'Leaves turn light, water and carbon dioxide into sugar.'
const others = [
  'The plant was closed in 1986, and the workers found other jobs in the town.',
  'Plants in pots need water twice a week.',
  'Food was sold at the gate of the factory.',
  'The garden is open from nine to five.',
]

for (const [model, dtype, runtime] of [
  ['mvp-mini', 'q8', 'onnxruntime'],
  ['mvp-mini', 'q8', 'kernels'],
  ['mvp-mini-q4', 'q4', 'onnxruntime'],
  ['mvp-mini-q4', 'q4', 'kernels'],
] as const) {
  test(`by ${runtime}, ${model} answers its probe rightly, embeds, and puts an answer in other words first`, async ({
    page,
  }) => {
    await openLibrary(page)
    const seen = await page.evaluate(
      async ([model, runtime, question, passages]) => {
        const reranker = await window.library.createReranker({ model: `/models/${model}/`, device: 'wasm', runtime })
        const ranked = await reranker.rank(question, passages)
        const [one, other] = await reranker.embed([passages[0]!, passages[1]!])
        const { info } = reranker
        await reranker.dispose()
        return {
          first: ranked.results[0]!.passage,
          info,
          width: one!.length,
          alike: one!.every((x, i) => x === other![i]),
        }
      },
      [model, runtime, question, [...others, answer]] as const,
    )
    expect(seen.info).toMatchObject({ model, dtype, device: 'wasm', precision: 'int8', fusion: { mode: 'embed' } })
    expect(seen.first).toBe(answer)
    expect(seen).toMatchObject({ width: 384, alike: false })
  })
}
