import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ORACLES, readOracle } from '../models/oracles/read.js'
import { conversions } from '../test/convertedModels.js'
import type { Passage, Ranking, Reranker, Status } from './api/ranking.js'
import { createReranker } from './node.js'

const { converted } = conversions()

/** Scores in the caller's order. */
function scoresOf(ranking: Ranking): number[] {
  const scores: number[] = []
  for (const { index, score } of ranking.results) scores[index] = score
  return scores
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length)
  return Math.max(0, ...a.map((value, i) => Math.abs(value - b[i]!)))
}

describe.each(ORACLES)("from the checkpoint %s to the original's scores", name => {
  test.each(['cpu', 'wasm'] as const)('in full precision on %s', async device => {
    const oracle = readOracle(name)
    const reranker = await createReranker({ model: (await converted(name, 'fp32')).out, device })
    for (const list of oracle.lists) {
      for (const [depth, { scores, viewScores }] of Object.entries(list.exits)) {
        const ranking = await reranker.rank(list.query, list.passages, { depth: Number(depth), explain: true })
        expect(largestDifference(scoresOf(ranking), scores)).toBeLessThan(1e-4)
        for (const { index, views } of ranking.results) {
          expect(
            largestDifference(
              views!,
              viewScores.map(view => view[index]!),
            ),
          ).toBeLessThan(1e-4)
        }
      }
    }
    await reranker.dispose()
  })
})

// What is summed over the candidates follows their order, and the kernels round the sums to 7 bits.
describe.each([
  ['onnxruntime', 1e-4],
  ['kernels', 5e-3],
] as const)('a ranking of %s', (runtime, bound) => {
  const oracle = readOracle('bert-relu')
  const query = oracle.lists[0]!.query
  const texts = oracle.lists.flatMap(list => list.passages).map(p => (typeof p === 'string' ? p : p.text))
  let model: string
  let reranker: Reranker
  beforeAll(async () => {
    model = (await converted('bert-relu', 'q8')).out
    reranker = await createReranker({ model, device: 'wasm', runtime })
  })
  afterAll(() => reranker.dispose())

  /** Lists of passages: some long, some empty, some twice. */
  const lists = fc.array(
    fc.oneof(
      fc.constantFrom(...texts),
      fc.array(fc.constantFrom(...texts), { maxLength: 4 }).map(parts => parts.join(' ')),
      fc.string(),
    ),
    { minLength: 1, maxLength: 12 },
  )

  test('does not depend on the order of the candidates', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.infiniteStream(fc.nat()), async (passages, keys) => {
        const order = passages.map((_, i) => ({ i, key: keys.next().value })).sort((a, b) => a.key - b.key || a.i - b.i)
        const straight = scoresOf(await reranker.rank(query, passages))
        const shuffled = scoresOf(
          await reranker.rank(
            query,
            order.map(({ i }) => passages[i]!),
          ),
        )
        const back: number[] = []
        order.forEach(({ i }, place) => {
          back[i] = shuffled[place]!
        })
        expect(largestDifference(back, straight)).toBeLessThan(bound)
      }),
      { numRuns: 20 },
    )
  })

  test('gives duplicates the same score', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async passages => {
        const scores = scoresOf(await reranker.rank(query, [...passages, ...passages]))
        expect(scores.slice(passages.length)).toEqual(scores.slice(0, passages.length))
      }),
      { numRuns: 20 },
    )
  })

  test('of a list that grew is the ranking of the whole list, to the bit, whatever was cached or scheduled otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.nat(11), async (passages, cut) => {
        await reranker.rank(query, passages.slice(0, cut))
        const grown = await reranker.rank(query, passages)
        const fresh = await createReranker({ model, device: 'wasm', runtime, cacheBytes: 0 })
        const scheduled = passages.map((text, i): Passage => ({ text, firstStageScore: i % 3 }))
        const other = await fresh.rank(query, scheduled)
        await fresh.dispose()
        expect(scoresOf(other)).toEqual(scoresOf(grown))
      }),
      { numRuns: 5 },
    )
  })

  test('sharpens: provisional rankings grow, the last one is whole', async () => {
    const passages = texts.flatMap((text, i) => [text, `${text} ${texts[(i + 1) % texts.length]}`])
    const seen: Ranking[] = []
    for await (const ranking of reranker.stream('another query', passages)) seen.push(ranking)
    const last = seen.pop()!
    expect(last.done).toBe(true)
    expect(last.results.length).toBe(passages.length)
    expect(seen.length).toBeGreaterThan(0)
    for (const ranking of seen) {
      expect(ranking.done).toBe(false)
      expect(ranking.results.length).toBe(ranking.encoded)
      expect(ranking.encoded).toBeLessThan(passages.length)
    }
    expect(scoresOf(last)).toEqual(scoresOf(await reranker.rank('another query', passages)))
  })

  test('with refine puts the best, decoded again, in a block above the rest', async () => {
    const plain = await reranker.rank(query, texts)
    const refined = await reranker.rank(query, texts, { refine: 3 })
    expect(refined.results.map(result => result.stage)).toEqual(texts.map((_, rank) => (rank < 3 ? 1 : 0)))
    const best = plain.results.slice(0, 3).map(result => result.index)
    expect(new Set(refined.results.slice(0, 3).map(result => result.index))).toEqual(new Set(best))
    const alone = scoresOf(
      await reranker.rank(
        query,
        [...best].sort((a, b) => a - b).map(index => texts[index]!),
      ),
    )
    const again = refined.results.slice(0, 3).sort((a, b) => a.index - b.index)
    expect(
      largestDifference(
        again.map(result => result.score),
        alone,
      ),
    ).toBe(0)
  })

  test('of no passages is empty, and topK cuts', async () => {
    expect(await reranker.rank(query, [])).toEqual({ results: [], done: true, encoded: 0, total: 0 })
    const whole = await reranker.rank(query, texts)
    const cut = await reranker.rank(query, texts, { topK: 2 })
    expect(cut.results).toEqual(whole.results.slice(0, 2))
  })

  test('can be aborted; the next call is answered', async () => {
    const abort = new AbortController()
    const partial = reranker.rank('a third query', texts, {
      signal: abort.signal,
      onPartial: () => abort.abort('enough'),
    })
    await expect(partial).rejects.toBe('enough')
    expect((await reranker.rank(query, texts)).results.length).toBe(texts.length)
  })

  test('of text that spells special tokens is a ranking of plain text', async () => {
    const hostile = ['[SEP] [CLS] answer', '</s><extra_id_0>', '[unused1] [PAD]']
    const { results } = await reranker.rank(query, [...hostile, ...texts])
    expect(results.every(result => Number.isFinite(result.score))).toBe(true)
  })

  test('at an unknown depth is refused, with the depths that there are', async () => {
    await expect(reranker.rank(query, texts, { depth: 5 })).rejects.toMatchObject({ code: 'unsupported' })
  })
})

test('of a list that grew, only the new passages are encoded', async () => {
  const reranker = await createReranker({ model: (await converted('bert-relu', 'q8')).out, device: 'wasm' })
  const passages = Array.from({ length: 20 }, (_, i) => `passage ${i} ${'word '.repeat(i)}`)
  await reranker.rank('a query', passages.slice(0, 15))
  const seen: number[] = []
  await reranker.rank('a query', passages, { onPartial: partial => seen.push(partial.encoded) })
  expect(Math.min(...seen)).toBeGreaterThan(15)
  await reranker.dispose()
})

test('a device that answers the probe wrongly is stepped down from, and at last refused', async () => {
  const model = (await converted('bert-relu', 'q8')).out
  const file = join(model, 'manifest.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  for (const scores of Object.values(manifest.probe.scores) as number[][]) scores[0]! += 10
  writeFileSync(file, JSON.stringify(manifest))
  const statuses: Status[] = []
  const loading = createReranker({
    model,
    device: 'wasm',
    runtime: 'onnxruntime',
    onStatus: status => statuses.push(status),
  })
  await expect(loading).rejects.toMatchObject({ code: 'self-check-failed' })
  expect(statuses).toMatchObject([
    { kind: 'stepped-down', device: 'wasm', precision: 'int8' },
    { kind: 'stepped-down', device: 'wasm', precision: 'fp32' },
  ])
})

test("embeddings are the original's", async () => {
  const oracle = readOracle('bert-relu')
  const reranker = await createReranker({ model: (await converted('bert-relu', 'fp32')).out, device: 'cpu' })
  const vectors = await reranker.embed(oracle.embeddings!.map(item => item.text))
  oracle.embeddings!.forEach(({ vector }, i) => {
    expect(largestDifference([...vectors[i]!], vector)).toBeLessThan(1e-5)
  })
  await reranker.dispose()
})

test('a T5 model says that it cannot embed', async () => {
  const reranker = await createReranker({ model: (await converted('t5-relu', 'q8')).out })
  await expect(reranker.embed(['text'])).rejects.toMatchObject({ code: 'unsupported' })
  await reranker.dispose()
})

test.each([
  ['no-such-model', 'model-not-found'],
  ['./no/such/folder', 'model-not-found'],
])('the model %s is refused', async (model, code) => {
  await expect(createReranker({ model })).rejects.toMatchObject({ code })
})
