import { releaseProxy, transfer } from 'comlink'
import type { RerankService, WireRanking } from './protocol.js'

type Callback<T> = ((value: T) => void) & { [releaseProxy]?: () => void }

/** The service as it crosses the thread: arrays are moved rather than copied, and callbacks are released when their call has ended. */
export function wired(service: RerankService): RerankService {
  return {
    load: (request, onProgress, onStatus) =>
      releasing([onProgress, onStatus], () => service.load(request, onProgress, onStatus)),
    rank: (id, request, first, onPartial) =>
      releasing(onPartial ? [onPartial] : [], async () => {
        const moved = onPartial && ((ranking: WireRanking) => onPartial(move(ranking)))
        return move(await service.rank(id, request, first, moved))
      }),
    add: (id, slice) => service.add(id, slice),
    embed: async (id, texts) => {
      const vectors = await service.embed(id, texts)
      return transfer(
        vectors,
        vectors.map(vector => vector.buffer as ArrayBuffer),
      )
    },
    abort: id => service.abort(id),
    lost: () => service.lost(),
    live: lock => service.live(lock),
    dispose: () => service.dispose(),
  }
}

async function releasing<R>(callbacks: readonly Callback<never>[], call: () => Promise<R>): Promise<R> {
  try {
    return await call()
  } finally {
    for (const callback of callbacks) callback[releaseProxy]?.()
  }
}

function move(ranking: WireRanking): WireRanking {
  const { indices, scores, stages, views, signals, windows } = ranking
  const arrays = [indices, scores, stages, views, signals, windows].filter(array => array !== undefined)
  return transfer(
    ranking,
    arrays.map(array => array.buffer as ArrayBuffer),
  )
}
