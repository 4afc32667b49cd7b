import { describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../models/convert/checkpoint.js'
import { oracleFolder } from '../../models/oracles/read.js'
import type { Dialect } from '../model/dialect.js'
import { buildHead } from './head.js'
import { createAnchor, createSession, largestDifference, runAnchor, runtimes } from './testing.js'
import { quantized } from './testWeights.js'

const ort = runtimes['onnxruntime-node']!
const dialects: Dialect[] = [
  { device: 'wasm', precision: 'fp32' },
  { device: 'wasm', precision: 'int8' },
  { device: 'webgpu', precision: 'fp32' },
]
const noise = (length: number) => Float32Array.from({ length }, (_, i) => 2 * Math.sin(i * i))

describe.each(dialects)('%o', dialect => {
  test.each(['t5-gated', 'bert-gated'] as const)('layers in parts are the whole: %s', async name => {
    const { architecture, source } = openCheckpoint(oracleFolder(name))
    const { width, anchor } = architecture
    const vectors = new ort.Tensor('float32', noise(5 * 3 * width), [5, 3, width])
    const whole = await createSession(ort, buildHead(source, architecture, 3, dialect))
    const expected = await whole.run({ vectors })
    let state: Awaited<ReturnType<typeof whole.run>> = {}
    for (let i = 0; i < anchor!.layers; i++) {
      const part = await createSession(ort, buildHead(source, architecture, 3, dialect, { from: i, to: i + 1 }))
      state = await part.run(i === 0 ? { vectors } : { vectors, state: state.next_state! })
    }
    expect(state.scores!.data).toEqual(expected.scores!.data)
    expect(state.anchors!.data).toEqual(expected.anchors!.data)
  })

  test('one session takes any number of passages, in any order', async () => {
    const { architecture, source } = openCheckpoint(oracleFolder('bert-gated'))
    const session = await createAnchor(ort, quantized(source, architecture, 'q8'), architecture, 3, dialect)
    const size = 3 * architecture.width
    const run = (vectors: Float32Array) => runAnchor(ort, session, vectors, [3, architecture.width])
    for (const n of [1, 100, 2, 37]) {
      const vectors = noise(n * size)
      const turned = new Float32Array(vectors.length)
      for (let i = 0; i < n; i++) turned.set(vectors.subarray(i * size, (i + 1) * size), (n - 1 - i) * size)
      const { scores, viewScores } = await run(vectors)
      expect(scores.length).toBe(n)
      expect(largestDifference((await run(turned)).scores.reverse(), scores)).toBeLessThan(2e-5)
      const means = scores.map((_, i) => (viewScores[i]! + viewScores[n + i]! + viewScores[2 * n + i]!) / 3)
      expect(largestDifference(means, scores)).toBeLessThan(1e-5)
    }
  })

  test('twice the same passages change no score', async () => {
    const { architecture, source } = openCheckpoint(oracleFolder('bert-relu'))
    const session = await createAnchor(ort, source, architecture, 4, dialect)
    const vectors = noise(6 * 4 * architecture.width)
    const once = await runAnchor(ort, session, vectors, [4, architecture.width])
    const twice = await runAnchor(ort, session, Float32Array.of(...vectors, ...vectors), [4, architecture.width])
    expect(largestDifference(twice.scores, [...once.scores, ...once.scores])).toBeLessThan(2e-5)
  })
})
