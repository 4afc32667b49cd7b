import { transfer } from 'comlink'
import { closePort, type PortCallback } from './callbackTransfer.js'
import type { RankingArrays, RerankService } from './rerankProtocol.js'

/**
 * Wraps the service at the worker's end of the thread: it transfers arrays instead of copying them, and closes the
 * ports of a call's callbacks after the call.
 */
export function withTransfers(service: RerankService): RerankService {
  return {
    load: (request, onProgress, onStatus) =>
      closingPorts([onProgress, onStatus], () => service.load(request, onProgress, onStatus)),
    rank: (id, request, first, onPartial) =>
      closingPorts(onPartial ? [onPartial] : [], async () => {
        const callback: PortCallback<RankingArrays> | undefined = onPartial
        const transferPartial = callback && ((partial: RankingArrays) => callback(partial, buffersOf(partial)))
        const ranking = await service.rank(id, request, first, transferPartial)
        return transfer(ranking, buffersOf(ranking))
      }),
    add: (id, chunk) => service.add(id, chunk),
    embed: async (id, texts, tokens, prompt) => transferred(await service.embed(id, texts, tokens, prompt)),
    encode: async (id, texts) => transferred(await service.encode(id, texts)),
    matches: (id, query, texts) => service.matches(id, query, texts),
    knownShares: texts => service.knownShares(texts),
    abort: id => service.abort(id),
    lost: () => service.lost(),
    holdLock: name => service.holdLock(name),
    dispose: () => service.dispose(),
  }
}

function transferred<A extends Float32Array | Uint8Array>(arrays: A[]): A[] {
  return transfer(
    arrays,
    arrays.map(({ buffer }) => buffer as ArrayBuffer),
  )
}

async function closingPorts<R>(callbacks: readonly PortCallback<never>[], call: () => Promise<R>): Promise<R> {
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
