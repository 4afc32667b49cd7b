/** A failure that another attempt may not meet: a broken connection, an overloaded server. */
export class TransientError extends Error {
  constructor(
    message: string,
    options: ErrorOptions = {},
    /** The wait that the server asks for. */
    readonly waitMs = 0,
  ) {
    super(message, options)
  }
}

export interface RetryOptions {
  /** Failures in a row after which the last one is final: this many, and one. */
  retries: number
  /** Pause before the first retry. Each pause is twice as long as the one before, up to `maxPauseMs`. */
  pauseMs: number
  maxPauseMs: number
  /** Limits the wait that a server asks for. @default no limit */
  maxWaitMs?: number
  signal: AbortSignal | undefined
  /** No retry starts after this time, by `performance.now()`. @default no deadline */
  deadline?: number
  /** Bytes received in all attempts. A failure after an attempt that brought many is counted as the first. */
  received?: () => number
  /** The error in place of the last failure. @param waitMs before the retry that would have been next */
  giveUp: (cause: TransientError, failures: number, waitMs: number) => Error
}

/** An attempt that brought this many bytes made progress. */
const PROGRESS_BYTES = 64 * 1024

/**
 * Repeats an attempt that throws a TransientError, with jittered exponential backoff.
 * @param attempt `isLast`: no retry follows if it fails without progress
 * @throws `giveUp`'s error, the signal's reason, or what the attempt threw
 */
export async function withRetry<T>(attempt: (isLast: boolean) => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries, pauseMs, maxPauseMs, maxWaitMs = Infinity, signal, deadline = Infinity } = options
  const { received = () => 0, giveUp } = options
  let failures = 0
  for (;;) {
    signal?.throwIfAborted()
    const before = received()
    try {
      return await attempt(failures === retries)
    } catch (cause) {
      signal?.throwIfAborted()
      if (!(cause instanceof TransientError)) throw cause
      failures = received() - before >= PROGRESS_BYTES ? 1 : failures + 1
      // Jitter: clients that lost the same server should not return at the same moment.
      const pause = Math.min(maxPauseMs, pauseMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
      const wait = Math.max(pause, Math.min(maxWaitMs, cause.waitMs))
      if (failures > retries || performance.now() + wait >= deadline) throw giveUp(cause, failures, wait)
      await sleep(wait, signal)
    }
  }
}

/** Rejects with the signal's reason. */
function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
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
