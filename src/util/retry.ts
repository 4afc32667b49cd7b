import { raceAbort } from './abort.js'

/** A failure that a retry may avoid: a broken connection, an overloaded server. */
export class TransientError extends Error {
  constructor(
    message: string,
    options: ErrorOptions = {},
    /** The wait that the server asks for, in milliseconds. */
    readonly waitMs = 0,
  ) {
    super(message, options)
  }
}

export interface RetryOptions {
  /** The pause before the first retry. It doubles with each of the next four. */
  pauseMs: number
  signal: AbortSignal | undefined
  /**
   * Called after each failure. It throws the final error, or returns for another attempt after `waitMs`.
   * @param failures in a row
   */
  onFailure: (cause: TransientError, failures: number, waitMs: number) => void
  /** Whether the last attempt made progress. If so, its failure counts as the first. */
  madeProgress?: () => boolean
}

const MAX_DOUBLINGS = 4

/**
 * Repeats an attempt that throws a TransientError, with jittered exponential backoff.
 * @throws what `onFailure` or the attempt threw, or the signal's reason
 */
export async function withRetry<T>(
  attempt: (failures: number) => Promise<T>,
  { pauseMs, signal, onFailure, madeProgress }: RetryOptions,
): Promise<T> {
  let failures = 0
  for (;;) {
    try {
      return await attempt(failures)
    } catch (cause) {
      signal?.throwIfAborted()
      if (!(cause instanceof TransientError)) throw cause
      failures = madeProgress?.() ? 1 : failures + 1
      // Jitter: clients that lost the same server should not return at the same moment.
      const pause = pauseMs * 2 ** Math.min(MAX_DOUBLINGS, failures - 1) * (0.5 + Math.random() / 2)
      const waitMs = Math.max(pause, cause.waitMs)
      onFailure(cause, failures, waitMs)
      await sleep(waitMs, signal)
    }
  }
}

/** Rejects with the signal's reason. */
function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout>
  const elapsed = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds)
  })
  return raceAbort(elapsed, signal, () => clearTimeout(timer))
}
