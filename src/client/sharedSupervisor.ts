import type { Progress, Status } from '../api/ranking.js'
import { untilAborted } from '../util/abort.js'
import type { Link } from './workerSupervisor.js'

export interface Listeners {
  onProgress: (progress: Progress) => void
  onStatus: (status: Status) => void
}

interface Shared {
  link: Promise<Link>
  users: Set<Listeners>
  loading: AbortController
  /** For those who come later. */
  lastStatus?: Status
}

const links = new Map<string, Shared>()

/**
 * Rerankers of equal options on one page share one worker and one model. It starts with the first and ends with the last of them.
 * @param key the options, as text
 * @param start loads; aborted when nobody waits any more
 * @returns the link, and a function that leaves it
 */
export async function joinLink(
  key: string,
  listeners: Listeners,
  signal: AbortSignal | undefined,
  start: (listeners: Listeners, signal: AbortSignal) => Promise<Link>,
): Promise<{ link: Link; leave: () => Promise<void> }> {
  const known = links.get(key)
  const shared = known ?? open(key, start)
  shared.users.add(listeners)
  if (known?.lastStatus) listeners.onStatus(known.lastStatus)
  const leave = () => leaveLink(key, shared, listeners)
  try {
    return { link: await untilAborted(shared.link, signal), leave }
  } catch (error) {
    void leave()
    throw error
  }
}

function open(key: string, start: (listeners: Listeners, signal: AbortSignal) => Promise<Link>): Shared {
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
  const shared: Shared = { users, loading, link: start(all, loading.signal) }
  links.set(key, shared)
  return shared
}

async function leaveLink(key: string, shared: Shared, listeners: Listeners): Promise<void> {
  if (!shared.users.delete(listeners) || shared.users.size > 0) return
  // Whoever comes from now on starts afresh.
  if (links.get(key) === shared) links.delete(key)
  shared.loading.abort()
  const link = await shared.link.catch(() => undefined)
  await link?.close()
}
