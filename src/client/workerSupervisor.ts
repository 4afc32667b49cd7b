import { RerankError } from '../api/errors.js'
import type { RerankerInfo, Status } from '../api/ranking.js'
import type { Connection } from '../threads/connection.js'

export interface LoadedWorker {
  connection: Connection
  info: RerankerInfo
}

/**
 * Starts a worker and loads the model in it.
 * @param device where to, if not where the options say
 * @param signal ends a load that nobody waits for any more
 */
export type OpenWorker = (device?: 'wasm', signal?: AbortSignal) => Promise<LoadedWorker>

/** In a row without a call that succeeded: the first with the same options, the second on WASM. */
const RECOVERIES = 2

/** A worker as long as it lives, and what ends with it. */
interface WorkerInstance extends LoadedWorker {
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
export class WorkerSupervisor {
  #recoveries = 0
  #recovering: Promise<void> | undefined
  readonly #closing = new AbortController()
  #instance!: WorkerInstance

  readonly #open: OpenWorker
  readonly #onStatus: (status: Status) => void

  private constructor(first: LoadedWorker, open: OpenWorker, onStatus: (status: Status) => void) {
    this.#open = open
    this.#onStatus = onStatus

    this.#begin(first)
  }

  static async start(open: OpenWorker, onStatus: (status: Status) => void): Promise<WorkerSupervisor> {
    return new WorkerSupervisor(await open(), open, onStatus)
  }

  get info(): RerankerInfo {
    return this.#instance.info
  }

  /** Runs a call, again if what it ran on died. */
  async call<R>(task: (connection: Connection) => Promise<R>): Promise<R> {
    for (;;) {
      await this.#recovering
      this.#closing.signal.throwIfAborted()
      const instance = this.#instance
      try {
        const result = await raceLoss(instance, task)
        this.#recoveries = 0
        return result
      } catch (error) {
        if (!isLoss(error)) throw error
        this.#lose(instance, error)
        await this.#recover(instance)
      }
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new RerankError('disposed', 'The reranker was disposed.'))
    await this.#recovering?.catch(() => undefined)
    await this.#end(this.#instance, this.#closing.signal.reason)
  }

  #begin(loaded: LoadedWorker): void {
    const instance: WorkerInstance = { ...loaded, lost: undefined, calls: new Set() }
    this.#instance = instance
    const notice = (error: unknown) => {
      if (instance.ended || !isLoss(error)) return
      this.#lose(instance, error)
      // Where recovery fails, the calls that wait for it say so; with none, the next one tries again.
      this.#recover(instance).catch(() => undefined)
    }
    loaded.connection.onDeath(notice)
    loaded.connection.service.lost().catch(notice)
  }

  #lose(instance: WorkerInstance, error: RerankError): void {
    if (instance.ended) return
    const { device, precision } = instance.info
    this.#onStatus({ kind: 'lost', device, precision, reason: error.message })
    void this.#end(instance, error)
  }

  /** Calls that wait for it end too: nobody else would answer them, and a lost device may hang. */
  #end(instance: WorkerInstance, error: RerankError): Promise<void> {
    instance.lost ??= error
    for (const stop of [...instance.calls]) stop(error)
    instance.ended ??= instance.connection.close().catch(() => undefined)
    return instance.ended
  }

  /** Whoever notices first recovers; the others wait for it. */
  async #recover(instance: WorkerInstance): Promise<void> {
    this.#closing.signal.throwIfAborted()
    // Another call noticed first, and all is well again.
    if (this.#instance !== instance) return
    if (!this.#recovering) {
      this.#recovering = this.#replace(instance).finally(() => {
        this.#recovering = undefined
      })
    }
    await this.#recovering
  }

  async #replace(instance: WorkerInstance): Promise<void> {
    await instance.ended
    this.#begin(await this.#reopen(instance.lost))
    this.#onStatus({
      kind: 'recovered',
      device: this.info.device,
      precision: this.info.precision,
      reason: 'A new worker was started; pending calls are answered by it.',
    })
  }

  async #reopen(error: unknown): Promise<LoadedWorker> {
    for (let cause: unknown = error; ; ) {
      if (this.#recoveries === RECOVERIES) {
        this.#recoveries = 0
        throw cause
      }
      this.#recoveries++
      try {
        const loaded = await this.#open(this.#recoveries === RECOVERIES ? 'wasm' : undefined, this.#closing.signal)
        if (!this.#closing.signal.aborted) return loaded
        await loaded.connection.close()
      } catch (again) {
        if (!isLoss(again)) throw again
        cause = again
      }
      this.#closing.signal.throwIfAborted()
    }
  }
}

function isLoss(error: unknown): error is RerankError {
  return error instanceof RerankError && ['device-lost', 'out-of-memory', 'worker-failed'].includes(error.code)
}

async function raceLoss<R>(instance: WorkerInstance, task: (connection: Connection) => Promise<R>): Promise<R> {
  if (instance.lost) throw instance.lost
  let stop = (_: RerankError) => {}
  const loss = new Promise<never>((_, reject) => {
    stop = reject
  })
  instance.calls.add(stop)
  try {
    return await Promise.race([task(instance.connection), loss])
  } finally {
    instance.calls.delete(stop)
  }
}
