import { resolve } from 'node:path'
import type { Page } from 'playwright/test'
import type { CreateOptions, RankedPassage } from '../../src/api/ranking.js'
import { MODELS_FOLDER } from '../support/convertModels.js'
import { withFaults } from '../support/faults.js'
import { passages, query } from '../support/oracleList.js'
import { openLibrary } from '../support/page.js'
import { ortFilesAsked, startStrictServer, violations } from '../support/policy.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'
import { broken } from '../support/workerAfter.js'

test.use({ otherOrigins: true })

const MODEL = 'bert-relu-q8'
const WORKER = '/dist/kernels.worker.js'
const order = { query, passages, fusion: { embed: true }, explain: true }

type Numbers = Pick<RankedPassage, 'index' | 'score' | 'views' | 'signals'>[]

interface Found {
  threads: number
  versions: string[]
  numbers: Numbers
}

/**
 * Ranks with the library in `window`, on the kernels.
 * @param before a script that the worker runs first
 */
function rank(page: Page, options: Partial<CreateOptions> = {}, before?: string): Promise<Found> {
  return page.evaluate(
    async ({ order: { query, passages, ...asked }, options, before, worker, model }) => {
      const module = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
      const both =
        before === undefined ? '' : `import ${JSON.stringify(module(before))}; import '${location.origin}${worker}'`
      const reranker = await window.library.createReranker({
        model: `/models/${model}/`,
        runtime: 'kernels',
        threads: 2,
        ...options,
        ...(both ? { createWorker: () => new Worker(module(both), { type: 'module' }) } : {}),
      })
      const { results } = await reranker.rank(query, passages, asked)
      await reranker.dispose()
      return {
        threads: reranker.info.threads,
        versions: Object.keys(JSON.parse(JSON.stringify(reranker.info.versions))),
        numbers: results.map(({ index, score, views, signals }) => ({
          index,
          score,
          views: views!,
          signals: signals!,
        })),
      }
    },
    { order, options: { ...options }, before, worker: WORKER, model: MODEL },
  )
}

/** The same in Node, on one thread. */
async function inNode(): Promise<Numbers> {
  const { createReranker } = (await import(resolve('dist/node.js'))) as typeof import('../../src/node.js')
  const reranker = await createReranker({ model: resolve(MODELS_FOLDER, MODEL), runtime: 'kernels', threads: 1 })
  const { results } = await reranker.rank(query, passages, { fusion: order.fusion, explain: true })
  await reranker.dispose()
  return results.map(({ index, score, views, signals }) => ({ index, score, views: views!, signals: signals! }))
}

let expected: Numbers
test.beforeAll(async () => {
  expected = await inNode()
})

test('a page ranks with our own kernels, downloads no onnxruntime, and its numbers are those of Node to the bit', async ({
  page,
}) => {
  const server = await startServer()
  await openLibrary(page, `${server.origin}/blank.html`)
  expect(await rank(page)).toEqual({ threads: 2, versions: ['mvp-rerank'], numbers: expected })
  const asked = server.requests.map(({ path }) => path).filter(path => path.startsWith('/dist/'))
  // A thread is the same file again.
  expect([...new Set(asked)]).toEqual(['/dist/index.js', WORKER])
  await server.close()
})

test('on one thread, without relaxed SIMD, and where threads do not start, the numbers are the same', async ({
  page,
}) => {
  await openLibrary(page)
  expect((await rank(page, { threads: 1 })).numbers).toEqual(expected)
  // The first question to `validate` is for relaxed SIMD.
  const plain = await rank(page, {}, 'WebAssembly.validate = () => false')
  expect(plain).toMatchObject({ threads: 2, numbers: expected })
  const blocked = await rank(page, { workerUrl: withFaults(WORKER, { status: 503, after: 1 }) })
  expect(blocked).toMatchObject({ threads: 1, numbers: expected })
  await openLibrary(page, withFaults('/blank.html', { bare: true }))
  expect(await rank(page)).toMatchObject({ threads: 1, numbers: expected })
})

test('either form of the dot product gives the same numbers', async ({ page }) => {
  await openLibrary(page)
  const all = await page.evaluate(
    async ({ order: { query, passages, fusion }, model }) => {
      const options = { model: `/models/${model}/`, runtime: 'kernels', threads: 1, cacheBytes: 0 } as const
      const reranker = await window.library.createReranker(options)
      const scores: number[][] = []
      // The first jobs try the forms in turns. With a text after each, rankings begin with one form and the other.
      for (let round = 0; round < 6; round++) {
        const { results } = await reranker.rank(query, passages, { fusion })
        scores.push(results.map(({ score }) => score))
        await reranker.embed(['a text'])
      }
      await reranker.dispose()
      return scores
    },
    { order, model: MODEL },
  )
  for (const scores of all) expect(scores).toEqual(expected.map(({ score }) => score))
})

test('a browser that grants little memory, or shares none with scripts, ranks', async ({ page }) => {
  await openLibrary(page)
  const little = `{
    const { Memory } = WebAssembly
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor) {
        if (descriptor.maximum > 4096) throw new RangeError('Out of memory')
        super(descriptor)
      }
    }
  }`
  expect((await rank(page, {}, little)).numbers).toEqual(expected)
  // As in WebKitGTK, in an isolated page.
  expect(await rank(page, {}, 'delete globalThis.SharedArrayBuffer')).toMatchObject({ threads: 1, numbers: expected })
})

test('where a worker never returns from starting another, as now and then in Firefox, they have their threads', async ({
  page,
}) => {
  await openLibrary(page)
  expect(await rank(page, {}, broken.nestedWorkers)).toMatchObject({ threads: 2, numbers: expected })
})

test('a model that they do not compute and a browser without SIMD are typed errors with a remedy', async ({ page }) => {
  await openLibrary(page)
  const failure = (options: Partial<CreateOptions>, before?: string) =>
    rank(page, options, before).then(
      () => 'none',
      error => String(error),
    )
  expect(await failure({ model: '/models/t5-relu-q8/' })).toContain('The kernels do not compute the model')
  const without = `WebAssembly.validate = () => false
    WebAssembly.compile = async () => { throw new WebAssembly.CompileError('invalid opcode') }`
  expect(await failure({}, without)).toContain('This engine has no SIMD in WebAssembly')
  expect(await failure({ runtime: 'kernel' as 'kernels' })).toContain('did you mean kernels?')
})

test('a thread that dies within a job is replaced together with its worker, and the call is answered', async ({
  page,
}) => {
  await openLibrary(page)
  const kinds = await page.evaluate(
    async ({ model, worker, passages }) => {
      const module = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
      // A page cannot make a thread trap. It can take a place on the board and never leave it, as a dead thread does.
      const spoil = `{
        const { postMessage } = self
        self.postMessage = (message, ...rest) => {
          const { start } = message
          if (start?.board) new BroadcastChannel('faults').onmessage = () =>
            Atomics.add(new Int32Array(start.memory.buffer), start.board / 4 + 5, 1)
          return postMessage(message, ...rest)
        }
      }`
      const both = `import ${JSON.stringify(module(spoil))}; import '${location.origin}${worker}'`
      const kinds: string[] = []
      const reranker = await window.library.createReranker({
        model: `/models/${model}/`,
        threads: 2,
        createWorker: () => new Worker(module(both), { type: 'module' }),
        onStatus: ({ kind }) => kinds.push(kind),
      })
      await reranker.rank('query', passages)
      new BroadcastChannel('faults').postMessage('fail')
      await new Promise(resolve => setTimeout(resolve, 200))
      const { results } = await reranker.rank('another query', passages)
      await reranker.dispose()
      return [...kinds, results.length]
    },
    { model: MODEL, worker: WORKER, passages },
  )
  expect(kinds).toEqual(['chosen', 'lost', 'chosen', 'recovered', passages.length])
})

test('the verdict on the kernels is kept for the next visit, apart from the one on onnxruntime', async ({ page }) => {
  await openLibrary(page)
  const known = await page.evaluate(async model => {
    const known: boolean[] = []
    for (const runtime of ['onnxruntime', 'kernels', 'kernels'] as const) {
      const reranker = await window.library.createReranker({ model: `/models/${model}/`, device: 'wasm', runtime })
      known.push(reranker.info.verdict.known)
      await reranker.dispose()
    }
    return known
  }, MODEL)
  expect(known).toEqual([false, false, true])
})

test('under a strict policy with Trusted Types they rank with threads', async ({ page }) => {
  const server = await startStrictServer()
  await page.goto(`${server.origin}/strict.html`)
  expect(await rank(page)).toMatchObject({ threads: 2, numbers: expected })
  expect(ortFilesAsked(server)).toEqual([])
  expect(await violations(page, server)).toEqual([])
  await server.close()
})

test('from another origin they rank with threads, and under a policy that allows it', async ({ page, origin }) => {
  const workerUrl = `${origin}${WORKER}`
  const elsewhere = await startServer()
  await openLibrary(page, `${elsewhere.origin}/blank.html`)
  expect(await rank(page, { workerUrl })).toMatchObject({ threads: 2, numbers: expected })
  await elsewhere.close()
  const allowed = `'self' ${origin}`
  const server = await startStrictServer(
    `default-src 'self'; script-src ${allowed} blob: 'wasm-unsafe-eval'; worker-src ${allowed} blob:; connect-src ${allowed}`,
  )
  await page.goto(`${server.origin}/strict.html`)
  expect(await rank(page, { workerUrl })).toMatchObject({ threads: 2, numbers: expected })
  expect(await violations(page, server)).toEqual([])
  await server.close()
})

/** The runtime that a page gets which names none. */
async function chosen(page: Page, options: CreateOptions): Promise<string> {
  return page.evaluate(async options => {
    const reranker = await window.library.createReranker(options)
    const { results } = await reranker.rank('a query', ['a passage', 'another'])
    await reranker.dispose()
    if (results.length !== 2) throw new Error('A passage is missing.')
    return reranker.info.versions.onnxruntime === undefined ? 'kernels' : 'onnxruntime'
  }, options)
}

test.describe('by default, without a GPU', () => {
  test('the kernels compute, and no onnxruntime is downloaded', async ({ page }) => {
    const server = await startServer()
    await openLibrary(page, `${server.origin}/blank.html`)
    expect(await chosen(page, { model: `/models/${MODEL}/` })).toBe('kernels')
    expect(await chosen(page, { model: `/models/${MODEL}/`, device: 'wasm' })).toBe('kernels')
    expect(ortFilesAsked(server)).toEqual([])
    expect(server.requests.filter(({ path }) => path.endsWith('rerank.worker.js'))).toEqual([])
    await server.close()
  })

  test('onnxruntime computes what the kernels cannot', async ({ page }) => {
    await openLibrary(page)
    expect(await chosen(page, { model: '/models/bert-relu-fp32/' })).toBe('onnxruntime')
    expect(await chosen(page, { model: '/models/t5-relu-q8/' })).toBe('onnxruntime')
    expect(await chosen(page, { model: `/models/${MODEL}/`, precision: 'fp32' })).toBe('onnxruntime')
  })

  test('onnxruntime computes where the kernels’ worker is missing', async ({ page }) => {
    await page.route(`**${WORKER}`, route => route.fulfill({ status: 404 }))
    await openLibrary(page)
    expect(await chosen(page, { model: `/models/${MODEL}/` })).toBe('onnxruntime')
  })
})
