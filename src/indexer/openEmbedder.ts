import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { RerankError } from '../api/errors.js'
import type { Reranker } from '../api/ranking.js'
import { createReranker } from '../node.js'
import type { Embedder } from './embeddings.js'
import { type EmbedTask, EmbedWorkers } from './embedWorkers.js'
import { textCodes } from './textCodes.js'

/** Beside the command in the package. From source, where it is not, one thread embeds. */
const WORKER_FILE = new URL(/* @vite-ignore */ '../cli/embedWorker.js', import.meta.url)

/** Each thread loads the model, which takes as long as embedding some tens of texts. */
const FEWEST_TEXTS = 256

const MOST_WORKERS = 8

/** Opens a reranker for embedding: on all cores, with onnxruntime-node where it is installed. @throws RerankError */
export async function openEmbedder(
  model: string,
  signal?: AbortSignal,
): Promise<Embedder & { dispose(): Promise<void> }> {
  const reranker = await createReranker({ model, cacheBytes: 0, ...(signal ? { signal } : {}) })
  let workers: EmbedWorkers | undefined
  const rowsOf = async (texts: readonly string[], tokens: boolean) =>
    (await workers?.run({ texts, tokens }))?.rows ?? reranker.embed(texts, { tokens, ...(signal ? { signal } : {}) })
  try {
    const [probe] = await reranker.embed(['width'])
    const width = probe!.length
    const hasTokens = await embedsTokens(reranker)
    return {
      model: reranker.info.model,
      weights: reranker.info.weights,
      width,
      async prepare(texts) {
        const count = Math.min(availableParallelism(), MOST_WORKERS)
        if (!workers && count > 1 && texts >= FEWEST_TEXTS && existsSync(WORKER_FILE)) {
          workers = await EmbedWorkers.start(WORKER_FILE, model, count)
        }
        return workers?.count ?? 1
      },
      embed: texts => rowsOf(texts, false),
      ...(hasTokens && { embedTokens: (texts: readonly string[]) => rowsOf(texts, true) }),
      async codes(texts, tokens) {
        const task: EmbedTask = { texts, tokens: tokens !== undefined, codes: { width, tokens } }
        const made = await workers?.run(task)
        return made?.codes ?? (await rowsOf(texts, task.tokens)).map(rows => textCodes(rows, width, tokens))
      },
      async dispose() {
        await workers?.close()
        await reranker.dispose()
      },
    }
  } catch (error) {
    await reranker.dispose()
    throw error
  }
}

/** Some embedders give vectors of another length than their tokens have. */
async function embedsTokens(reranker: Reranker): Promise<boolean> {
  try {
    await reranker.embed(['width'], { tokens: true })
    return true
  } catch (error) {
    if (error instanceof RerankError && error.code === 'unsupported') return false
    throw error
  }
}
