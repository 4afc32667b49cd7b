import { createReranker } from '../../src/index.js'
import type { RunTimes } from './timed.worker.js'

export interface StackTimes {
  passages: number
  depth: number
  rounds: number
  /** From the call to its answer, on the page. */
  ms: number
  /** Of that, what onnxruntime took for the encoder's batches. */
  bareMs: number
  batches: number
  partials: number
  firstMs: number
  /** Bytes of the page and its workers afterwards. */
  bytes: number
}

/**
 * Ranks lists of several lengths, at several depths, with provisional rankings, in the model's default mode. No passage
 * comes twice: what is read alone is kept, and would cost nothing the second time.
 */
export async function measureStack(
  threads: number,
  list: string[],
  cases: { passages: number; depth: number; rounds: number }[],
  warmUp: number,
): Promise<StackTimes[]> {
  const reranker = await createReranker({
    model: '/models/mvp-mini/',
    device: 'wasm',
    threads,
    createWorker: () => new Worker(new URL('./timed.worker.ts', import.meta.url), { type: 'module' }),
  })
  const channel = new BroadcastChannel('bench')
  const takeTimes = () =>
    new Promise<RunTimes>(resolve => {
      channel.onmessage = ({ data }) => resolve(data)
      channel.postMessage('times')
    })
  let query = 0
  let taken = 0
  const rank = async (passages: number, depth: number): Promise<Omit<StackTimes, 'rounds' | 'bytes'>> => {
    const fresh = list.slice(taken, taken + passages)
    if (fresh.length < passages) throw new RangeError(`${list.length} passages are too few`)
    taken += passages
    await takeTimes()
    let partials = 0
    let firstMs = 0
    const start = performance.now()
    await reranker.rank(`which question is this, number ${query++}?`, fresh, {
      depth,
      onPartial: () => {
        if (partials++ === 0) firstMs = performance.now() - start
      },
    })
    const ms = performance.now() - start
    const { ms: bareMs, batches } = await takeTimes()
    return { passages, depth, ms, bareMs, batches, partials, firstMs }
  }
  // V8 compiles WASM twice, and the first code is slow; the batches find their size.
  await rank(warmUp, 6)
  const results: StackTimes[] = []
  for (const { passages, depth, rounds } of cases) {
    const times: Awaited<ReturnType<typeof rank>>[] = []
    for (let round = 0; round < rounds; round++) times.push(await rank(passages, depth))
    times.sort((a, b) => a.ms / a.bareMs - b.ms / b.bareMs)
    const result = { ...times[times.length >> 1]!, rounds, bytes: await bytes() }
    console.log(JSON.stringify({ threads, ...result }))
    results.push(result)
  }
  await reranker.dispose()
  return results
}

async function bytes(): Promise<number> {
  const measure = performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
  return (await measure.measureUserAgentSpecificMemory()).bytes
}
