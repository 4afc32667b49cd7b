import { transfer } from 'comlink'
import { closePort, type PortCallback } from './callbackTransfer.js'
import type { RankingArrays, RerankService } from './rerankProtocol.js'

/** The service as it crosses the thread: arrays are moved rather than copied, and the ways of callbacks end with their call. */
export function withTransfers(service: RerankService): RerankService {
  return {
    load: (request, onProgress, onStatus) =>
      ending([onProgress, onStatus], () => service.load(request, onProgress, onStatus)),
    rank: (id, request, first, onPartial) =>
      ending(onPartial ? [onPartial] : [], async () => {
        const partial: PortCallback<RankingArrays> | undefined = onPartial
        const moved = partial && ((ranking: RankingArrays) => partial(ranking, buffersOf(ranking)))
        const ranking = await service.rank(id, request, first, moved)
        return transfer(ranking, buffersOf(ranking))
      }),
    add: (id, chunk) => service.add(id, chunk),
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

async function ending<R>(callbacks: readonly PortCallback<never>[], call: () => Promise<R>): Promise<R> {
  try {
    return await call()
  } finally {
    for (const callback of callbacks) callback[closePort]?.()
  }
}

function buffersOf({ indices, scores, stages, views, signals, windows }: RankingArrays): ArrayBuffer[] {
  const arrays = [indices, scores, stages, views, signals, windows].filter(array => array !== undefined)
  return arrays.map(array => array.buffer as ArrayBuffer)
}
