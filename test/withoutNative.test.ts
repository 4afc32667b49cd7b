import { expect, test, vi } from 'vitest'
import { createReranker } from '../src/node.js'
import { conversions } from './convertedModels.js'

const { converted } = conversions()

vi.mock('onnxruntime-node', () => {
  throw new Error('It is not installed.')
})

test.each([
  ['q8', undefined],
  ['fp32', '1.30.0'],
] as const)(
  'without onnxruntime-node, a model in %s runs on WASM by the better runtime',
  async (dtype, onnxruntime) => {
    const reranker = await createReranker({ model: (await converted('bert-relu', dtype)).out })
    expect(reranker.info).toMatchObject({ device: 'wasm', versions: { onnxruntime } })
    const { results } = await reranker.rank('what eats sugar?', ['yeast', 'salt'])
    expect(results).toHaveLength(2)
    await reranker.dispose()
  },
)
