import type { ErrorCode } from '../api/errorCodes.js'
import { RerankError } from '../api/errors.js'
import type { RerankerInfo, Status } from '../api/ranking.js'
import type { Connection } from '../threads/connection.js'
import type { Opened } from '../threads/openService.js'
import type { RerankService } from '../threads/rerankProtocol.js'

export type LoadedWorker = Opened<RerankService, RerankerInfo>

/**
 * Starts a worker and loads the model in it.
 * @param device replaces the options' device
 * @param signal aborts the load
 */
export type OpenWorker = (device?: 'wasm', signal?: AbortSignal) => Promise<LoadedWorker>

/** The number of recoveries in a row without a successful call: the first with the same options, the second on WASM. */
const MAX_RECOVERIES = 2

/** A running worker, and the calls that end with it. */
interface WorkerInstance extends LoadedWorker {
  lost: RerankError | undefined
  /** Its connection is being closed. */
  ended?: Promise<void>
  /** Rejects the calls that wait for it. */
  readonly calls: Set<(error: RerankError) => void>
}

/**
 * Keeps a loaded model alive. A lost GPU device, exhausted memory and a dead worker are one case: a new worker starts
 * and runs the pending calls again. It starts when the loss happens, so the next call finds a working worker.
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

    this.#adopt(first)
  }

  static async start(open: OpenWorker, onStatus: (status: Status) => void): Promise<WorkerSupervisor> {
    return new WorkerSupervisor(await open(), open, onStatus)
  }

  get info(): RerankerInfo {
    return this.#instance.info
  }

  /** Runs a call, and again in a new worker if the worker is lost. */
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

  #adopt(loaded: LoadedWorker): void {
    const instance: WorkerInstance = { ...loaded, lost: undefined, calls: new Set() }
    this.#instance = instance
    const onLoss = (error: unknown) => {
      if (instance.ended || !isLoss(error)) return
      this.#lose(instance, error)
      // If the recovery fails, waiting calls reject. If none waits, the next call tries again.
      this.#recover(instance).catch(() => undefined)
    }
    loaded.connection.onDeath(onLoss)
    loaded.connection.service.lost().catch(onLoss)
  }

  #lose(instance: WorkerInstance, error: RerankError): void {
    if (instance.ended) return
    this.#report('lost', instance, error.message)
    void this.#end(instance, error)
  }

  /** Ends the waiting calls too, because a lost device may hang for ever. */
  #end(instance: WorkerInstance, error: RerankError): Promise<void> {
    instance.lost ??= error
    for (const stop of [...instance.calls]) stop(error)
    instance.ended ??= instance.connection.close().catch(() => undefined)
    return instance.ended
  }

  /** The first call that notices a loss recovers; the others wait for it. */
  async #recover(instance: WorkerInstance): Promise<void> {
    this.#closing.signal.throwIfAborted()
    // Another call has already recovered.
    if (this.#instance !== instance) return
    this.#recovering ??= this.#replace(instance).finally(() => {
      this.#recovering = undefined
    })
    await this.#recovering
  }

  async #replace(instance: WorkerInstance): Promise<void> {
    await instance.ended
    this.#adopt(await this.#reopen(instance.lost))
    this.#report('recovered', this.#instance, 'A new worker answers the pending calls.')
  }

  #report(kind: 'lost' | 'recovered', { info: { device, precision } }: WorkerInstance, reason: string): void {
    this.#onStatus({ kind, device, precision, reason })
  }

  async #reopen(error: unknown): Promise<LoadedWorker> {
    for (let cause: unknown = error; ; ) {
      if (this.#recoveries === MAX_RECOVERIES) {
        this.#recoveries = 0
        throw cause
      }
      this.#recoveries++
      try {
        const loaded = await this.#open(this.#recoveries === MAX_RECOVERIES ? 'wasm' : undefined, this.#closing.signal)
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

/**
 * Whether another worker may do what one could not.
 * @param codes more codes that say so
 */
export function isLoss(error: unknown, ...codes: ErrorCode[]): error is RerankError {
  return (
    error instanceof RerankError && ['device-lost', 'out-of-memory', 'worker-failed', ...codes].includes(error.code)
  )
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
