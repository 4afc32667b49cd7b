import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
} from '@xenova/transformers'
import { createReranker } from '../src/index.js'

/** One engine on the peer's weights: scores in the order of the passages. */
interface Engine {
  name: string
  score(query: string, passages: string[]): Promise<number[]>
  end(): Promise<unknown>
}

export interface Measured {
  name: string
  /** Milliseconds of each round. */
  ms: number[]
  /** Of the last round's query. */
  scores: number[]
}

export interface Setting {
  dtype: 'q8' | 'fp32'
  threads: number
  rounds: number
  passages: string[]
}

/** All engines in turns, so that a machine's moods meet all of them; the first round warms up and is not counted. */
export async function measure({ dtype, threads, rounds, passages }: Setting): Promise<Measured[]> {
  const engines = [
    await ours(dtype, threads),
    await peer('at its defaults: one call', dtype, threads, list => [list]),
    await peer('at its best: sorted by length, batches of 16', dtype, threads, batches),
  ]
  const measured = engines.map(({ name }): Measured => ({ name, ms: [], scores: [] }))
  for (let round = 0; round <= rounds; round++) {
    for (const [i, engine] of engines.entries()) {
      const start = performance.now()
      // A query of its own for each round: nothing may come from a cache.
      measured[i]!.scores = await engine.score(`which question is this, number ${round}?`, passages)
      if (round > 0) measured[i]!.ms.push(performance.now() - start)
    }
  }
  for (const engine of engines) await engine.end()
  return measured
}

async function ours(dtype: string, threads: number): Promise<Engine> {
  const reranker = await createReranker({ model: `/bench/peer/${dtype}/`, device: 'wasm', threads })
  return {
    name: 'mvp-rerank',
    async score(query, passages) {
      const scores: number[] = []
      const { results } = await reranker.rank(query, passages, { onPartial: () => {} })
      for (const { index, score } of results) scores[index] = score
      return scores
    },
    end: () => reranker.dispose(),
  }
}

/** As the documentation of transformers.js runs a cross-encoder. */
async function peer(
  how: string,
  dtype: 'q8' | 'fp32',
  threads: number,
  split: (places: number[], passages: string[]) => number[][],
): Promise<Engine> {
  env.allowRemoteModels = false
  env.allowLocalModels = true
  env.localModelPath = '/bench/'
  env.useBrowserCache = false
  // Its own default is a CDN.
  env.backends.onnx.wasm!.wasmPaths = `${location.origin}/node_modules/onnxruntime-web/dist/`
  env.backends.onnx.wasm!.numThreads = threads
  const tokenizer: PreTrainedTokenizer = await AutoTokenizer.from_pretrained('peer')
  const options = { dtype, device: 'wasm' } as const
  const model: PreTrainedModel = await AutoModelForSequenceClassification.from_pretrained('peer', options)
  return {
    name: `transformers.js ${how}`,
    async score(query, passages) {
      const scores: number[] = []
      for (const places of split([...passages.keys()], passages)) {
        const texts = places.map(place => passages[place]!)
        const pairs = { text_pair: texts, padding: true, truncation: true }
        const { logits } = await model(tokenizer(new Array(texts.length).fill(query), pairs))
        for (const [i, [logit]] of (logits.tolist() as number[][]).entries()) scores[places[i]!] = logit!
      }
      return scores
    },
    end: () => model.dispose(),
  }
}

function batches(places: number[], passages: string[]): number[][] {
  const sorted = places.sort((a, b) => passages[a]!.length - passages[b]!.length)
  return Array.from({ length: Math.ceil(sorted.length / 16) }, (_, i) => sorted.slice(16 * i, 16 * i + 16))
}
