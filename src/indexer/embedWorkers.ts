import { Worker } from 'node:worker_threads'
import type { ErrorCode } from '../api/errorCodes.js'
import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import type { TextCodes, TokenCodeOptions } from './textCodes.js'

export interface EmbedTask {
  texts: readonly string[]
  /** Whether the vectors of tokens follow those of texts. */
  tokens: boolean
  /** Absent: the vectors themselves are the answer. */
  codes?: { width: number; tokens: TokenCodeOptions | undefined }
}

export interface EmbedAnswer {
  rows?: Float32Array[]
  codes?: TextCodes[]
  failed?: { code: ErrorCode; message: string; remedy: string }
}

/**
 * Threads that each embed on one core with a model of their own, and make the codes there: onnxruntime's native code
 * holds the thread that calls it, and several threads within one run wait for each other.
 */
export class EmbedWorkers {
  readonly #workers: readonly Worker[]
  readonly #idle: Worker[]
  readonly #waiting: ((worker: Worker) => void)[] = []

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers
    this.#idle = [...workers]
  }

  /** @throws RerankError */
  static async start(file: URL, model: string, count: number): Promise<EmbedWorkers> {
    const workers = Array.from({ length: count }, () => new Worker(file, { workerData: model }))
    try {
      await Promise.all(workers.map(answerOf))
      return new EmbedWorkers(workers)
    } catch (error) {
      await Promise.all(workers.map(worker => worker.terminate()))
      throw error
    }
  }

  get count(): number {
    return this.#workers.length
  }

  /** @throws RerankError */
  async run(task: EmbedTask): Promise<EmbedAnswer> {
    const worker = this.#idle.pop() ?? (await new Promise<Worker>(resolve => this.#waiting.push(resolve)))
    try {
      const answer = answerOf(worker)
      worker.postMessage(task)
      return await answer
    } finally {
      const next = this.#waiting.shift()
      if (next) next(worker)
      else this.#idle.push(worker)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.terminate()))
  }
}

/** The next message. @throws RerankError that it holds, or if the thread ends or has ended */
function answerOf(worker: Worker): Promise<EmbedAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      end()
    }
    const fail = (error: RerankError) => settle(() => reject(error))
    const onMessage = (answer: EmbedAnswer) => {
      const { failed } = answer
      if (failed) fail(new RerankError(failed.code, failed.message, { remedy: failed.remedy }))
      else settle(() => resolve(answer))
    }
    const onError = (cause: Error) =>
      fail(modelError('runtime-failed', `A thread that embeds failed: ${cause}`, { cause }))
    const onExit = () => fail(modelError('runtime-failed', 'A thread that embeds has ended.'))
    if (worker.threadId === -1) return onExit()
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
