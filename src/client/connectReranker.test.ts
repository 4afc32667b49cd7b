import { expect, it, vi } from 'vitest'
import { deviceError } from '../api/deviceErrors.js'
import { RerankError } from '../api/errors.js'
import type { Progress, RerankerInfo, Status } from '../api/ranking.js'
import type { Connection } from '../threads/connection.js'
import type { RerankService } from '../threads/rerankProtocol.js'
import { connectReranker } from './connectReranker.js'
import { type RuntimeToTry, runtimesToTry } from './runtimesToTry.js'

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
  const listeners = { onProgress: push, onStatus: push }
  const reranker = await connectReranker(
    () => connection,
    'late',
    'model',
    listeners,
    async () => ['kernels'],
  )
  late()
  expect(seen).toEqual([step, lost])
  await reranker.dispose()
})

it('goes from a GPU that fails to the kernels: at the first load, and after losses', async () => {
  const loads: string[] = []
  /** What the GPU does, load by load. */
  const gpu = ['works', 'fails', 'works', 'works', 'works']
  let lose = (_: Error) => {}
  const connect = (runtime: RuntimeToTry) => {
    const service: Partial<RerankService> = {
      lost: () => new Promise((_, reject) => (lose = reject)),
      load: async ({ device }) => {
        loads.push(`${runtime} ${device}`)
        if (runtime === 'auto' && gpu.shift() === 'fails') throw new RerankError('unsupported', 'It gives way.')
        return { device: runtime === 'auto' ? 'webgpu' : 'wasm', precision: 'int8' } as RerankerInfo
      },
    }
    const connection: Partial<Connection> = {
      service: service as RerankService,
      callback: callback => callback,
      close: async () => {},
      onDeath: () => () => {},
    }
    return connection as Connection
  }
  const statuses: string[] = []
  const onStatus = ({ kind }: Status) => void statuses.push(kind)
  const open = () =>
    connectReranker(connect, 'gpu', 'model', { onStatus }, request => runtimesToTry(request, async () => true))
  const lost = async () => {
    const before = statuses.length
    lose(deviceError('device-lost', 'It was reset.'))
    await vi.waitFor(() => expect(statuses.slice(before)).toEqual(['lost', 'recovered']))
  }

  const reranker = await open()
  expect(loads.splice(0)).toEqual(['auto auto'])
  await lost()
  expect(loads.splice(0)).toEqual(['auto auto', 'kernels auto'])
  expect(reranker.info.device).toBe('wasm')
  await reranker.dispose()

  const other = await open()
  await lost()
  expect(loads.splice(0)).toEqual(['auto auto', 'auto auto'])
  expect(other.info.device).toBe('webgpu')
  await lost()
  expect(loads).toEqual(['kernels wasm'])
  await other.dispose()
})
