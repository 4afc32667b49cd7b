import { RerankError } from '../errors.js'
import type { Connection } from './connection.js'
import type { RerankerInfo, Status } from './types.js'

export interface Loaded {
  connection: Connection
  info: RerankerInfo
}

/** In a row without a call that succeeded: the first with the same options, the second on WASM. */
const RECOVERIES = 2

/**
 * A loaded model that is kept alive. A lost GPU device, memory that ran out and a worker that died are one case: a new worker is started and what
 * was pending is asked again.
 */
export class Link {
  private recoveries = 0
  private closed = false
  private recovering: Promise<Loaded> | undefined

  private constructor(
    private current: Loaded,
    private readonly open: (device?: 'wasm') => Promise<Loaded>,
    private readonly onStatus: (status: Status) => void,
  ) {}

  static async start(open: (device?: 'wasm') => Promise<Loaded>, onStatus: (status: Status) => void): Promise<Link> {
    return new Link(await open(), open, onStatus)
  }

  get info(): RerankerInfo {
    return this.current.info
  }

  /** Runs a call, again if what it ran on died. */
  async call<R>(task: (connection: Connection) => Promise<R>): Promise<R> {
    for (;;) {
      const used = await (this.recovering ?? this.current)
      try {
        const result = await untilDeath(used.connection, task(used.connection))
        this.recoveries = 0
        return result
      } catch (error) {
        if (this.closed || !isLoss(error)) throw error
        await this.recover(used, error)
      }
    }
  }

  async close(): Promise<void> {
    this.closed = true
    const { connection } = await Promise.resolve(this.recovering ?? this.current).catch(() => this.current)
    await connection.close()
  }

  private async recover(lost: Loaded, error: RerankError): Promise<void> {
    if (this.recovering) return void (await this.recovering)
    // Another call noticed first, and all is well again.
    if (this.current !== lost) return
    this.recovering = this.reopen(lost, error)
    try {
      this.current = await this.recovering
    } finally {
      this.recovering = undefined
    }
    if (this.closed) await this.current.connection.close()
  }

  private async reopen(lost: Loaded, error: RerankError): Promise<Loaded> {
    const { device, precision } = lost.info
    this.onStatus({ kind: 'lost', device, precision, reason: error.message })
    await lost.connection.close()
    for (let cause: unknown = error; ; ) {
      if (this.recoveries === RECOVERIES) {
        this.recoveries = 0
        throw cause
      }
      this.recoveries++
      try {
        const loaded = await this.open(this.recoveries === RECOVERIES ? 'wasm' : undefined)
        this.onStatus({
          kind: 'recovered',
          device: loaded.info.device,
          precision: loaded.info.precision,
          reason: 'A new worker was started; pending calls are answered by it.',
        })
        return loaded
      } catch (again) {
        if (!isLoss(again)) throw again
        cause = again
      }
    }
  }
}

function isLoss(error: unknown): error is RerankError {
  return error instanceof RerankError && ['device-lost', 'out-of-memory', 'worker-failed'].includes(error.code)
}

async function untilDeath<R>(connection: Connection, call: Promise<R>): Promise<R> {
  let unsubscribe = () => {}
  const death = new Promise<never>((_, reject) => {
    unsubscribe = connection.onDeath(reject)
  })
  try {
    return await Promise.race([call, death])
  } finally {
    unsubscribe()
  }
}
