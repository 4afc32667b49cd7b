import { expect, test } from 'vitest'
import type { RerankerInfo } from '../api/ranking.js'
import { joinSupervisor, type Listeners } from './sharedSupervisor.js'
import { WorkerSupervisor } from './workerSupervisor.js'

function scripted() {
  const log: string[] = []
  let loaded = () => {}
  const start = async (listeners: Listeners, signal: AbortSignal): Promise<WorkerSupervisor> => {
    log.push('start')
    await new Promise<void>((resolve, reject) => {
      loaded = resolve
      signal.addEventListener('abort', () => reject(signal.reason))
    })
    listeners.onStatus({ kind: 'chosen', device: 'wasm', precision: 'int8', reason: '' })
    const connection = {
      service: { lost: () => new Promise(() => {}) } as never,
      callback: <F>(callback: F) => callback,
      onDeath: () => () => {},
      close: async () => void log.push('close'),
    }
    return WorkerSupervisor.start(async () => ({ connection, info: {} as RerankerInfo }), listeners.onStatus)
  }
  return { log, start, loaded: () => loaded() }
}

const silent: () => Listeners = () => ({ onProgress: () => {}, onStatus: () => {} })

test('equal options share one supervisor, which ends with its last user', async () => {
  const { log, start, loaded } = scripted()
  const first = joinSupervisor('a', silent(), undefined, start)
  const second = joinSupervisor('a', silent(), undefined, start)
  loaded()
  const [one, two] = await Promise.all([first, second])
  expect(one.supervisor).toBe(two.supervisor)
  await one.leave()
  await one.leave()
  expect(log).toEqual(['start'])
  await two.leave()
  expect(log).toEqual(['start', 'close'])
})

test('who comes later hears which device was chosen', async () => {
  const { start, loaded } = scripted()
  const first = joinSupervisor('b', silent(), undefined, start)
  loaded()
  const { leave } = await first
  const heard: string[] = []
  const later = await joinSupervisor(
    'b',
    { ...silent(), onStatus: status => heard.push(status.kind) },
    undefined,
    start,
  )
  expect(heard).toEqual(['chosen'])
  await leave()
  await later.leave()
})

test('an abort of one user does not end the load of another; the last one ends it', async () => {
  const { log, start } = scripted()
  const aborts = [new AbortController(), new AbortController()]
  const users = aborts.map(abort => joinSupervisor('c', silent(), abort.signal, start).catch(reason => reason))
  aborts[0]!.abort('first')
  expect(await users[0]).toBe('first')
  const third = joinSupervisor('c', silent(), undefined, start)
  expect(log).toEqual(['start'])
  aborts[1]!.abort('second')
  expect(await users[1]).toBe('second')
  void third.catch(() => undefined)
  const alone = scripted()
  const abort = new AbortController()
  const only = joinSupervisor('d', silent(), abort.signal, alone.start).catch(reason => reason)
  abort.abort('only')
  expect(await only).toBe('only')
  const fresh = joinSupervisor('d', silent(), undefined, alone.start)
  expect(alone.log).toEqual(['start', 'start'])
  alone.loaded()
  await (await fresh).leave()
})
