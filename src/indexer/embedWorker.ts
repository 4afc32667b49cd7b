import { parentPort, workerData } from 'node:worker_threads'
import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import { createReranker } from '../node.js'
import type { EmbedAnswer, EmbedTask } from './embedWorkers.js'
import { textCodes } from './textCodes.js'

/** A thread of `EmbedWorkers`: it answers a task at a time with a model of its own. */
const port = parentPort!
const send = (answer: EmbedAnswer, transfer: ArrayBuffer[] = []) => port.postMessage(answer, transfer)

try {
  const reranker = await createReranker({ model: workerData as string, threads: 1, cacheBytes: 0 })
  port.on('message', async ({ texts, tokens, codes }: EmbedTask) => {
    try {
      const rows = await reranker.embed(texts, { tokens })
      if (codes) {
        send({ codes: rows.map(row => textCodes(row, codes.width, codes.tokens)) })
      } else {
        send(
          { rows },
          rows.map(({ buffer }) => buffer as ArrayBuffer),
        )
      }
    } catch (error) {
      send(failure(error))
    }
  })
  send({ rows: [] })
} catch (error) {
  send(failure(error))
}

function failure(error: unknown): EmbedAnswer {
  const { code, message, remedy } =
    error instanceof RerankError ? error : modelError('runtime-failed', String(error), { cause: error })
  return { failed: { code, message, remedy } }
}
