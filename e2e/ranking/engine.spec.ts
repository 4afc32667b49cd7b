import { readOracle } from '../../models/oracles/read.js'
import { withFaults } from '../support/faults.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

test.beforeEach(({ page }) => openLibrary(page))

for (const name of ['bert-relu', 't5-relu', 't5-odd'] as const) {
  test(`${name} in full precision gives the original's scores on WASM`, async ({ page }) => {
    const { lists } = readOracle(name)
    const error = await page.evaluate(
      async ({ lists, model }) => {
        const reranker = await window.library.createReranker({ model, device: 'wasm' })
        let error = 0
        for (const list of lists) {
          for (const [depth, { scores }] of Object.entries(list.exits)) {
            const { results } = await reranker.rank(list.query, list.passages, { depth: Number(depth) })
            for (const { index, score } of results) error = Math.max(error, Math.abs(score - scores[index]!))
          }
        }
        await reranker.dispose()
        return error
      },
      { lists, model: `/models/${name}-fp32/` },
    )
    console.log(`    ${name}, WASM fp32: largest score error ${error.toExponential(1)}`)
    expect(error).toBeLessThan(1e-4)
  })
}

test('threads run where the page is cross-origin isolated, one elsewhere', async ({ page }) => {
  const threads = (runtime: 'onnxruntime' | 'kernels') =>
    page.evaluate(async runtime => {
      const reranker = await window.library.createReranker({
        model: '/models/bert-relu-q8/',
        device: 'wasm',
        runtime,
        threads: 2,
      })
      const { info } = reranker
      await reranker.rank('a query', ['a passage', 'another'])
      await reranker.dispose()
      return { isolated: crossOriginIsolated, threads: info.threads }
    }, runtime)
  for (const runtime of ['onnxruntime', 'kernels'] as const)
    expect(await threads(runtime)).toEqual({ isolated: true, threads: 2 })
  await openLibrary(page, withFaults('/blank.html', { bare: true }))
  for (const runtime of ['onnxruntime', 'kernels'] as const)
    expect(await threads(runtime)).toEqual({ isolated: false, threads: 1 })
})

test('the page hears of the download, the load, the check and the device', async ({ page }) => {
  const { phases, statuses, last } = await page.evaluate(async () => {
    const phases: string[] = []
    const statuses: string[] = []
    let last = { loaded: 0, total: 1 }
    const reranker = await window.library.createReranker({
      model: '/models/bert-relu-q8/',
      onProgress: progress => {
        if (phases.at(-1) !== progress.phase) phases.push(progress.phase)
        if (progress.phase === 'download') last = progress
      },
      onStatus: status => {
        if ('device' in status) statuses.push(`${status.kind} ${status.device} ${status.precision}`)
      },
    })
    await reranker.dispose()
    return { phases, statuses, last }
  })
  expect(phases).toEqual(['download', 'load', 'check'])
  expect(statuses).toEqual(['chosen wasm int8'])
  expect(last.loaded).toBe(last.total)
})

test('loading can be aborted during the download', async ({ page }) => {
  const model = withFaults('/models/bert-relu-fp32/', { rate: 20_000, only: 'weights.safetensors' })
  const outcome = await page.evaluate(async model => {
    const abort = new AbortController()
    const loading = window.library.createReranker({
      model,
      signal: abort.signal,
      onProgress: ({ phase, loaded }) => {
        if (phase === 'download' && loaded > 0) abort.abort('enough')
      },
    })
    return loading.then(
      () => 'loaded',
      reason => reason,
    )
  }, model)
  expect(outcome).toBe('enough')
})

test('loading can be aborted while graphs are built', async ({ page }) => {
  const outcome = await page.evaluate(async () => {
    const abort = new AbortController()
    const loading = window.library.createReranker({
      model: '/models/bert-relu-fp32/',
      signal: abort.signal,
      onProgress: ({ phase }) => {
        if (phase === 'load') abort.abort('enough')
      },
    })
    return loading.then(
      () => 'loaded',
      reason => reason,
    )
  })
  expect(outcome).toBe('enough')
})

test('a run can be aborted between batches, and the next call is answered', async ({ page }) => {
  const { outcome, encoded, next } = await page.evaluate(async () => {
    const passages = Array.from({ length: 600 }, (_, i) => `passage ${i} ${'of some length '.repeat(i % 12)}`)
    const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/', device: 'wasm' })
    const abort = new AbortController()
    let encoded = 0
    const running = reranker.rank('a query', passages, {
      signal: abort.signal,
      onPartial: partial => {
        encoded = partial.encoded
        abort.abort('enough')
      },
    })
    const outcome = await running.catch(reason => reason)
    const next = await reranker.rank('another', ['x', 'y'])
    await reranker.dispose()
    return { outcome, encoded, next: next.results.length }
  })
  expect(outcome).toBe('enough')
  expect(encoded).toBeGreaterThan(0)
  expect(encoded).toBeLessThan(600)
  expect(next).toBe(2)
})

test('a newer superseding call ends the older one', async ({ page }) => {
  const outcomes = await page.evaluate(async () => {
    const passages = Array.from({ length: 100 }, (_, i) => `passage ${i}`)
    const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/', device: 'wasm' })
    const calls = ['h', 'ho', 'how'].map(query =>
      reranker.rank(query, passages, { supersede: true }).then(
        ranking => ranking.results.length,
        error => error.code,
      ),
    )
    const outcomes = await Promise.all(calls)
    await reranker.dispose()
    return outcomes
  })
  expect(outcomes).toEqual(['superseded', 'superseded', 100])
})

test('a model file with one flipped bit is refused by its hash', async ({ page }) => {
  const model = withFaults('/models/bert-relu-q8/', { flip: 5000, only: 'weights.safetensors' })
  const error = await page.evaluate(async model => {
    try {
      await window.library.createReranker({ model })
      return undefined
    } catch (error) {
      const { name, code, remedy } = error as InstanceType<typeof window.library.RerankError>
      return { name, code, remedy, known: error instanceof window.library.RerankError }
    }
  }, model)
  expect(error).toMatchObject({ name: 'RerankError', code: 'hash-mismatch', known: true })
})

test('a model that is not there, and bad input, are typed errors', async ({ page }) => {
  const codes = await page.evaluate(async () => {
    const codeOf = (call: Promise<unknown>) =>
      call.then(
        () => 'none',
        error => `${error.code} ${error.index ?? ''}`.trim(),
      )
    const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/' })
    const codes = [
      await codeOf(window.library.createReranker({ model: '/models/none/' })),
      await codeOf(reranker.rank('q', ['fine', null as unknown as string])),
      await codeOf(reranker.rank(7 as unknown as string, [])),
      await codeOf(reranker.rank('q', ['fine'], { depth: 3 })),
    ]
    await reranker.dispose()
    codes.push(await codeOf(reranker.rank('q', ['fine'])))
    return codes
  })
  expect(codes).toEqual(['model-not-found', 'bad-passage 1', 'bad-query', 'unsupported', 'disposed'])
})

test('a worker that is ended by the browser is replaced, and its call answered', async ({ page }) => {
  const { results, statuses } = await page.evaluate(async () => {
    const workers: Worker[] = []
    const statuses: string[] = []
    const reranker = await window.library.createReranker({
      model: '/models/bert-relu-q8/',
      device: 'wasm',
      createWorker: () => {
        const worker = new Worker('/dist/rerank.worker.js', { type: 'module' })
        workers.push(worker)
        return worker
      },
      onStatus: status => statuses.push(status.kind),
    })
    const passages = Array.from({ length: 200 }, (_, i) => `passage ${i}`)
    let first = true
    const ranking = await reranker.rank('a query', passages, {
      onPartial: () => {
        if (first) workers[0]!.terminate()
        first = false
      },
    })
    await reranker.dispose()
    return { results: ranking.results.length, statuses }
  })
  expect(results).toBe(200)
  expect(statuses).toEqual(['chosen', 'lost', 'chosen', 'recovered'])
})
