import { RerankError } from '../api/errors.js'

/** How long a download is tried. */
export interface RetryPolicy {
  /** An attempt ends when no byte has come for so long. */
  stallMs: number
  /** So many attempts in a row may bring nothing before it is given up. */
  retries: number
  /** Pause before the first retry; it doubles each time. */
  pauseMs: number
}

export const DOWNLOAD_RETRY: RetryPolicy = { stallMs: 20_000, retries: 5, pauseMs: 500 }

const LONGEST_PAUSE_MS = 8_000
const LONGEST_WAIT_MS = 30_000

/** An attempt that brought so much was worth it, so the count of failures starts anew. */
const WORTH_BYTES = 64 * 1024

/** What another attempt may not meet: a broken connection, a server that is overloaded. */
export class TransientError extends Error {
  constructor(
    message: string,
    options: ErrorOptions = {},
    /** The server asked to wait so long. */
    readonly waitMs = 0,
  ) {
    super(message, options)
  }
}

/**
 * Repeats an attempt that failed for a passing reason.
 * @param received bytes that are there; what an attempt adds to them is not in vain
 * @throws RerankError `download-failed` when patience is at its end, or what the attempt threw
 */
export async function withRetry<T>(
  url: string,
  { retries, pauseMs }: RetryPolicy,
  signal: AbortSignal | undefined,
  attempt: (isLast: boolean) => Promise<T>,
  received: () => number = () => 0,
): Promise<T> {
  let failures = 0
  for (;;) {
    signal?.throwIfAborted()
    const before = received()
    try {
      return await attempt(failures === retries)
    } catch (cause) {
      signal?.throwIfAborted()
      if (!(cause instanceof TransientError)) throw cause
      failures = received() - before >= WORTH_BYTES ? 1 : failures + 1
      if (failures > retries) {
        throw new RerankError('download-failed', `${url}: ${cause.message} (tried ${failures} times).`, { cause })
      }
      // Tabs that lost the same server should not all come back at the same moment.
      const pause = Math.min(LONGEST_PAUSE_MS, pauseMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
      await sleep(Math.max(pause, Math.min(LONGEST_WAIT_MS, cause.waitMs)), signal)
    }
  }
}

/** Rejects with the signal's reason. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal!.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
