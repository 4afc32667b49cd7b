import { expose } from 'comlink'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ErrorCode } from '../src/api/errorCodes.js'
import { RerankError } from '../src/api/errors.js'
import type { Ranking, Reranker } from '../src/api/ranking.js'
import { connectReranker } from '../src/client/connectReranker.js'
import { allFamilies } from '../src/engine/allFamilies.js'
import { createReranker } from '../src/node.js'
import { planNodeRuntimes } from '../src/runtime/nodeRuntimes.js'
import type { Runtime } from '../src/runtime/runtime.js'
import type { RuntimeOptions, RuntimePlan } from '../src/runtime/runtimePlan.js'
import { EngineService } from '../src/service/engineService.js'
import { buildOnnxParts } from '../src/service/onnxParts.js'
import { FolderSource } from '../src/store/folderSource.js'
import { connectWorker } from '../src/threads/connectWorker.js'
import { registerErrorSender } from '../src/threads/errorTransfer.js'
import { withTransfers } from '../src/threads/withTransfers.js'
import { conversions } from './convertedModels.js'

const { converted } = conversions()

const QUERIES = ['a query', 'another one']
const LISTS = [
  [],
  ['one passage'],
  ['one passage', 'a second that is longer than the first', '', 'one passage'],
  Array.from({ length: 70 }, (_, i) => `passage ${i}`),
  Array.from({ length: 300 }, (_, i) => `${i}`),
]

let model: string
let expected: Ranking[][]
beforeAll(async () => {
  // The worker's side runs in this thread.
  registerErrorSender()
  // In Node 20 there is none; connectWorker looks for Web Locks on it.
  if (!globalThis.navigator) vi.stubGlobal('navigator', {})
  model = (await converted('bert-relu', 'q8')).out
  const reranker = await createReranker({ model, device: 'wasm', runtime: 'onnxruntime', threads: 1 })
  expected = []
  for (const query of QUERIES) {
    expected.push([])
    for (const list of LISTS) expected.at(-1)!.push(await reranker.rank(query, list))
  }
  await reranker.dispose()
})
afterAll(() => vi.unstubAllGlobals())

/**
 * The worker's side in this thread, on the wire that it has in a browser, and with a worker and a device that can be
 * taken away.
 */
class Side {
  readonly #channel = new MessageChannel()
  #takeAway: (code: ErrorCode) => void = () => {}
  #missing: ErrorCode | undefined
  readonly service = new EngineService({
    plan: options => this.#plan(options),
    build: buildOnnxParts,
    families: allFamilies,
    open: folder => new FolderSource(folder),
  })

  constructor() {
    expose(withTransfers(this.service), this.#channel.port1)
  }

  /** As the page sees it. */
  get worker(): Worker {
    return Object.assign(this.#channel.port2, { terminate: () => this.#end() }) as unknown as Worker
  }

  kill(): void {
    this.#end()
    this.#channel.port2.dispatchEvent(new Event('error'))
  }

  /** The device is gone, or its memory. */
  lose(code: ErrorCode): void {
    this.#missing = code
    this.#takeAway(code)
  }

  #end(): void {
    this.#channel.port1.close()
    void this.service.dispose().catch(() => undefined)
  }

  async #plan(options: RuntimeOptions): Promise<RuntimePlan[]> {
    const plans = await planNodeRuntimes(options)
    return plans.map(plan => ({ ...plan, open: async () => this.#breakable(await plan.open()) }))
  }

  #breakable(runtime: Runtime): Runtime {
    const lost = new Promise<string>(resolve => {
      // Of memory that runs out, no event tells.
      this.#takeAway = code => void (code === 'device-lost' && resolve('taken away'))
    })
    return {
      ...runtime,
      lost,
      createSession: async (...given) => {
        const session = await runtime.createSession(...given)
        const run: typeof session.run = async (...feeds) => {
          if (this.#missing) throw new RerankError(this.#missing, 'Taken away.', { remedy: 'Bring it back.' })
          return session.run(...feeds)
        }
        return { ...session, run }
      },
    }
  }
}

type Step =
  | { do: 'rank'; query: number; list: number; supersede: boolean; partial: boolean }
  | { do: 'abort'; call: number }
  | { do: 'lose'; code: 'device-lost' | 'out-of-memory' }
  | { do: 'kill' | 'dispose' }
  | { do: 'wait'; ms: number }

const rank = fc.record({
  do: fc.constant('rank' as const),
  query: fc.nat(QUERIES.length - 1),
  // Mostly the one that takes long enough for something to come between.
  list: fc.constantFrom(0, 1, 2, 3, 4, 4, 4),
  supersede: fc.boolean(),
  partial: fc.boolean(),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: rank },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('abort' as const), call: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('lose' as const),
      code: fc.constantFrom('device-lost' as const, 'out-of-memory' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'kill' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'dispose' as const }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 3, 10, 30, 100) }) },
)

/** The reference: what a call may come to, which is decided when something happens to it that it has to heed. */
interface Call {
  query: number
  list: number
  supersede: boolean
  /** The one way in which it may end; any of its own while nothing has been decided. */
  must: string | undefined
  ended: string | undefined
  abort: AbortController
  settled: Promise<void>
}

async function play(steps: readonly Step[]): Promise<void> {
  const sides: Side[] = []
  const calls: Call[] = []
  let losses = 0
  let disposed = false
  const connect = () => {
    const side = new Side()
    sides.push(side)
    return connectWorker(() => side.worker)
  }
  const options = { model, device: 'wasm', threads: 1, cacheBytes: 0 } as const
  const reranker = await connectReranker(connect, String(Math.random()), model, options, async () => ['onnxruntime'])
  const decide = (call: Call | undefined, must: string) => {
    if (call && !call.ended) call.must ??= must
  }

  for (const step of steps) {
    switch (step.do) {
      case 'rank': {
        if (step.supersede) for (const call of calls) if (call.supersede) decide(call, 'superseded')
        calls.push(begin(reranker, step, disposed))
        break
      }
      case 'abort':
        decide(calls[step.call], 'aborted')
        calls[step.call]?.abort.abort(new Error('aborted'))
        break
      case 'lose':
        losses++
        sides.at(-1)!.lose(step.code)
        break
      case 'kill':
        losses++
        sides.at(-1)!.kill()
        break
      case 'dispose':
        disposed = true
        for (const call of calls) decide(call, 'disposed')
        void reranker.dispose()
        break
      case 'wait':
        await new Promise(resolve => setTimeout(resolve, step.ms))
    }
  }
  const hanging = new Promise((_, reject) => setTimeout(reject, 10_000, new Error('a call hangs')))
  await Promise.race([Promise.all(calls.map(call => call.settled)), hanging])

  for (const call of calls) {
    if (call.must) expect(call.ended).toBe(call.must)
    // Two losses in a row are made good; with a third, the loss may be told.
    else if (losses < 3) expect(call.ended).toBe('ranked')
    else expect(['ranked', 'device-lost', 'out-of-memory', 'worker-failed']).toContain(call.ended)
  }
  await Promise.race([reranker.dispose(), hanging])
  // The last word of an abort may still be on its way.
  await new Promise(resolve => setTimeout(resolve, 20))
  for (const { service } of sides) expect(service.pending).toBe(0)
}

function begin(
  reranker: Reranker,
  { query, list, supersede, partial }: Step & { do: 'rank' },
  disposed: boolean,
): Call {
  const abort = new AbortController()
  const call: Call = {
    query,
    list,
    supersede,
    abort,
    must: disposed ? 'disposed' : undefined,
    ended: undefined,
    settled: Promise.resolve(),
  }
  const whole = expected[query]![list]!
  const isPart = ({ done, encoded, results }: Ranking) => {
    expect(call.must ?? call.ended).toBeUndefined()
    expect([done, results.length]).toEqual([false, encoded])
  }
  call.settled = reranker
    .rank(QUERIES[query]!, LISTS[list]!, {
      signal: abort.signal,
      supersede,
      ...(partial ? { onPartial: isPart } : {}),
    })
    .then(
      ranking => {
        call.ended = JSON.stringify(ranking) === JSON.stringify(whole) ? 'ranked' : 'a wrong list'
      },
      error => {
        call.ended = error instanceof RerankError ? error.code : error.message
      },
    )
  return call
}

test('whatever comes between, each call is answered rightly or ends for a reason that there was', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), play), {
    numRuns: 15,
    interruptAfterTimeLimit: 30_000,
    markInterruptAsFailure: false,
  })
}, 120_000)

const events: Step[] = [
  { do: 'abort', call: 0 },
  { do: 'abort', call: 1 },
  { do: 'lose', code: 'device-lost' },
  { do: 'lose', code: 'out-of-memory' },
  { do: 'kill' },
  { do: 'dispose' },
]

test.each(events)('in the middle of calls that wait for one another: %j', async event => {
  const long = (query: number): Step => ({ do: 'rank', query, list: 4, supersede: false, partial: query === 0 })
  for (const ms of [2, 15]) await play([long(0), long(1), { do: 'wait', ms }, event, long(0)])
})

test('three losses in a row are told; the next call is answered', async () => {
  const wait: Step = { do: 'wait', ms: 400 }
  const one: Step = { do: 'rank', query: 0, list: 2, supersede: false, partial: false }
  const kill: Step = { do: 'kill' }
  await play([one, kill, wait, kill, wait, kill, wait, one])
})
