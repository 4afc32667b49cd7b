import type { Progress, Status } from '../api/ranking.js'
import { raceAbort } from '../util/abort.js'
import type { WorkerSupervisor } from './workerSupervisor.js'

export interface Listeners {
  onProgress: (progress: Progress) => void
  onStatus: (status: Status) => void
}

interface Shared {
  supervisor: Promise<WorkerSupervisor>
  users: Set<Listeners>
  loading: AbortController
  /** For users that join later. */
  lastStatus?: Status
}

const supervisors = new Map<string, Shared>()

/**
 * Rerankers with equal options on one page share one worker and one model until the last one leaves.
 * @param key the options as text
 * @param start loads the model; aborted once no user waits any more
 * @returns the supervisor, and a function that leaves it
 */
export async function joinSupervisor(
  key: string,
  listeners: Listeners,
  signal: AbortSignal | undefined,
  start: (listeners: Listeners, signal: AbortSignal) => Promise<WorkerSupervisor>,
): Promise<{ supervisor: WorkerSupervisor; leave: () => Promise<void> }> {
  const known = supervisors.get(key)
  const shared = known ?? open(key, start)
  shared.users.add(listeners)
  if (known?.lastStatus) listeners.onStatus(known.lastStatus)
  const leave = () => leaveSupervisor(key, shared, listeners)
  try {
    return { supervisor: await raceAbort(shared.supervisor, signal), leave }
  } catch (error) {
    void leave()
    throw error
  }
}

function open(key: string, start: (listeners: Listeners, signal: AbortSignal) => Promise<WorkerSupervisor>): Shared {
  const users = new Set<Listeners>()
  const loading = new AbortController()
  const all: Listeners = {
    onProgress: progress => {
      for (const user of users) user.onProgress(progress)
    },
    onStatus: status => {
      shared.lastStatus = status
      for (const user of users) user.onStatus(status)
    },
  }
  const shared: Shared = { users, loading, supervisor: start(all, loading.signal) }
  supervisors.set(key, shared)
  return shared
}

async function leaveSupervisor(key: string, shared: Shared, listeners: Listeners): Promise<void> {
  if (!shared.users.delete(listeners) || shared.users.size > 0) return
  // The next user starts a new one.
  if (supervisors.get(key) === shared) supervisors.delete(key)
  shared.loading.abort()
  const supervisor = await shared.supervisor.catch(() => undefined)
  await supervisor?.close()
}
