import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
} from '@xenova/transformers'
import { createReranker } from '../src/index.js'

/** What one engine is asked: a name for the table, and a run over a query and its passages. */
type Engine = { name: string; run(query: string, passages: string[]): Promise<unknown>; end(): Promise<unknown> }

export interface Times {
  engine: string
  /** Milliseconds of each round. */
  ms: number[]
}

/** Runs all engines in turns, so that a machine's moods meet all of them; the first round warms up and is not counted. */
export async function compare(threads: number, passages: string[], rounds: number): Promise<Times[]> {
  const engines = [
    await ours(threads, 'q8', 'mvp-mini'),
    await peer('at its defaults: q8, one call', threads, 'q8', list => [list]),
    await peer('at its best: q8, sorted by length, batches of 16', threads, 'q8', batches),
    await peer('fp32, sorted by length, batches of 16', threads, 'fp32', batches),
  ]
  const times = engines.map(({ name }): Times => ({ engine: name, ms: [] }))
  for (let round = 0; round <= rounds; round++) {
    for (const [i, engine] of engines.entries()) {
      const start = performance.now()
      // A query of its own for each round: nothing may come from a cache.
      await engine.run(`which question is this, number ${round}?`, passages)
      if (round > 0) times[i]!.ms.push(performance.now() - start)
    }
  }
  for (const engine of engines) await engine.end()
  return times
}

async function ours(threads: number, dtype: string, model: string): Promise<Engine> {
  const reranker = await createReranker({ model: `/models/${model}/`, device: 'wasm', threads })
  return {
    name: `mvp-rerank, ${model} ${dtype}`,
    run: (query, passages) => reranker.rank(query, passages, { onPartial: () => {} }),
    end: () => reranker.dispose(),
  }
}

/** A cross-encoder of the same shape, as the documentation of transformers.js runs it; logits are read back. */
async function peer(
  how: string,
  threads: number,
  dtype: 'q8' | 'fp32',
  split: (passages: string[]) => string[][],
): Promise<Engine> {
  env.allowRemoteModels = false
  env.allowLocalModels = true
  env.localModelPath = '/bench/'
  env.useBrowserCache = false
  // Its own default is a CDN.
  env.backends.onnx.wasm!.wasmPaths = `${location.origin}/node_modules/onnxruntime-web/dist/`
  env.backends.onnx.wasm!.numThreads = threads
  const tokenizer: PreTrainedTokenizer = await AutoTokenizer.from_pretrained('peer')
  const model: PreTrainedModel = await AutoModelForSequenceClassification.from_pretrained('peer', {
    dtype,
    device: 'wasm',
  })
  return {
    name: `transformers.js ${how}`,
    run: async (query, passages) => {
      for (const batch of split(passages)) {
        const inputs = tokenizer(new Array(batch.length).fill(query), {
          text_pair: batch,
          padding: true,
          truncation: true,
          max_length: 256,
        })
        const { logits } = await model(inputs)
        logits.tolist()
      }
    },
    end: () => model.dispose(),
  }
}

function batches(passages: string[]): string[][] {
  const sorted = [...passages].sort((a, b) => a.length - b.length)
  return Array.from({ length: Math.ceil(sorted.length / 16) }, (_, i) => sorted.slice(16 * i, 16 * i + 16))
}
