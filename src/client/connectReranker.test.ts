import { expect, it } from 'vitest'
import type { Progress, RerankerInfo, Status } from '../api/ranking.js'
import type { Connection } from '../threads/connection.js'
import type { RerankService } from '../threads/rerankProtocol.js'
import { connectReranker } from './connectReranker.js'

it('tells no progress that the answer has overtaken, but every status', async () => {
  const seen: (Progress | Status)[] = []
  const step: Progress = { phase: 'check', loaded: 0, total: 1 }
  const lost: Status = { kind: 'lost', device: 'wasm', precision: 'fp32', reason: 'it ended' }
  let late = () => {}
  const service: Partial<RerankService> = {
    lost: () => new Promise(() => {}),
    load: async (_, onProgress, onStatus) => {
      await Promise.resolve()
      onProgress(step)
      late = () => {
        onProgress({ ...step, loaded: 1 })
        onStatus(lost)
      }
      return {} as RerankerInfo
    },
  }
  const connection = {
    service,
    callback: callback => callback,
    close: async () => {},
    onDeath: () => () => {},
  } as Partial<Connection> as Connection
  const push = (value: Progress | Status) => void seen.push(value)
  const reranker = await connectReranker(() => connection, 'late', 'model', { onProgress: push, onStatus: push })
  late()
  expect(seen).toEqual([step, lost])
  await reranker.dispose()
})
