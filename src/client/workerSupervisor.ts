import { RerankError } from '../api/errors.js'
import type { RerankerInfo, Status } from '../api/ranking.js'
import type { Connection } from '../threads/connection.js'

export interface Loaded {
  connection: Connection
  info: RerankerInfo
}

/**
 * Starts a worker and loads the model in it.
 * @param device where to, if not where the options say
 * @param signal ends a load that nobody waits for any more
 */
export type Open = (device?: 'wasm', signal?: AbortSignal) => Promise<Loaded>

/** In a row without a call that succeeded: the first with the same options, the second on WASM. */
const RECOVERIES = 2

/** A worker as long as it lives, and what ends with it. */
interface Life extends Loaded {
  lost: RerankError | undefined
  /** Its connection is being closed. */
  ended?: Promise<void>
  /** Calls that wait for it. */
  readonly calls: Set<(error: RerankError) => void>
}

/**
 * A loaded model that is kept alive. A lost GPU device, memory that ran out and a worker that died are one case: a new worker is started and what
 * was pending is asked again. A loss is noticed when it happens, so that the next call finds a worker that works.
 */
export class Link {
  private recoveries = 0
  private recovering: Promise<void> | undefined
  private readonly closing = new AbortController()
  private life!: Life

  private constructor(
    first: Loaded,
    private readonly open: Open,
    private readonly onStatus: (status: Status) => void,
  ) {
    this.begin(first)
  }

  static async start(open: Open, onStatus: (status: Status) => void): Promise<Link> {
    return new Link(await open(), open, onStatus)
  }

  get info(): RerankerInfo {
    return this.life.info
  }

  /** Runs a call, again if what it ran on died. */
  async call<R>(task: (connection: Connection) => Promise<R>): Promise<R> {
    for (;;) {
      await this.recovering
      this.closing.signal.throwIfAborted()
      const { life } = this
      try {
        const result = await untilLost(life, task)
        this.recoveries = 0
        return result
      } catch (error) {
        if (!isLoss(error)) throw error
        this.lose(life, error)
        await this.recover(life)
      }
    }
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return
    this.closing.abort(new RerankError('disposed', 'The reranker was disposed.'))
    await this.recovering?.catch(() => undefined)
    await this.end(this.life, this.closing.signal.reason)
  }

  private begin(loaded: Loaded): void {
    const life: Life = { ...loaded, lost: undefined, calls: new Set() }
    this.life = life
    const notice = (error: unknown) => {
      if (life.ended || !isLoss(error)) return
      this.lose(life, error)
      // Where recovery fails, the calls that wait for it say so; with none, the next one tries again.
      this.recover(life).catch(() => undefined)
    }
    loaded.connection.onDeath(notice)
    loaded.connection.service.lost().catch(notice)
  }

  private lose(life: Life, error: RerankError): void {
    if (life.ended) return
    const { device, precision } = life.info
    this.onStatus({ kind: 'lost', device, precision, reason: error.message })
    void this.end(life, error)
  }

  /** Calls that wait for it end too: nobody else would answer them, and a lost device may hang. */
  private end(life: Life, error: RerankError): Promise<void> {
    life.lost ??= error
    for (const stop of [...life.calls]) stop(error)
    life.ended ??= life.connection.close().catch(() => undefined)
    return life.ended
  }

  /** Whoever notices first recovers; the others wait for it. */
  private async recover(life: Life): Promise<void> {
    this.closing.signal.throwIfAborted()
    // Another call noticed first, and all is well again.
    if (this.life !== life) return
    if (!this.recovering) {
      this.recovering = this.replace(life).finally(() => {
        this.recovering = undefined
      })
    }
    await this.recovering
  }

  private async replace(life: Life): Promise<void> {
    await life.ended
    this.begin(await this.reopen(life.lost))
    this.onStatus({
      kind: 'recovered',
      device: this.info.device,
      precision: this.info.precision,
      reason: 'A new worker was started; pending calls are answered by it.',
    })
  }

  private async reopen(error: unknown): Promise<Loaded> {
    for (let cause: unknown = error; ; ) {
      if (this.recoveries === RECOVERIES) {
        this.recoveries = 0
        throw cause
      }
      this.recoveries++
      try {
        const loaded = await this.open(this.recoveries === RECOVERIES ? 'wasm' : undefined, this.closing.signal)
        if (!this.closing.signal.aborted) return loaded
        await loaded.connection.close()
      } catch (again) {
        if (!isLoss(again)) throw again
        cause = again
      }
      this.closing.signal.throwIfAborted()
    }
  }
}

function isLoss(error: unknown): error is RerankError {
  return error instanceof RerankError && ['device-lost', 'out-of-memory', 'worker-failed'].includes(error.code)
}

async function untilLost<R>(life: Life, task: (connection: Connection) => Promise<R>): Promise<R> {
  if (life.lost) throw life.lost
  let stop = (_: RerankError) => {}
  const loss = new Promise<never>((_, reject) => {
    stop = reject
  })
  life.calls.add(stop)
  try {
    return await Promise.race([task(life.connection), loss])
  } finally {
    life.calls.delete(stop)
  }
}
