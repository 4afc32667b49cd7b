import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
} from '@xenova/transformers'
import type { CreateOptions, RankOptions } from '../../src/api/ranking.js'
import { createReranker } from '../../src/index.js'

/** What a round asks of every engine. */
export interface Task {
  query: string
  passages: string[]
}

/** How one engine is to do it; `name` stands in the table. */
export type Entrant =
  | {
      engine: 'mvp-rerank'
      name: string
      model: string
      options?: RankOptions
      runtime?: CreateOptions['runtime']
      /** Another query came over the same passages before: what they gave alone is kept. Otherwise nothing is. */
      seen?: boolean
    }
  | { engine: 'transformers.js'; name: string; dtype: 'q8' | 'fp32'; best: boolean }

export interface Measured {
  name: string
  /** Milliseconds of each round. */
  ms: number[]
  /** Of the last round, in the order of the passages. */
  scores: number[]
}

export interface Engine {
  /** What came before, not timed. */
  meet?(task: Task): Promise<unknown>
  score(task: Task): Promise<number[]>
  end(): Promise<unknown>
}

/**
 * Runs all entrants in turns, so that a machine's moods meet all of them; the first task warms up and is not counted.
 */
export async function measure(threads: number, entrants: Entrant[], tasks: Task[]): Promise<Measured[]> {
  const engines: Engine[] = []
  for (const entrant of entrants) {
    engines.push(entrant.engine === 'mvp-rerank' ? await ours(threads, entrant) : await peer(threads, entrant))
  }
  const measured = entrants.map(({ name }): Measured => ({ name, ms: [], scores: [] }))
  for (const [round, task] of tasks.entries()) {
    for (const [i, engine] of engines.entries()) {
      await engine.meet?.(task)
      const start = performance.now()
      measured[i]!.scores = await engine.score(task)
      const ms = performance.now() - start
      if (round > 0) measured[i]!.ms.push(ms)
      // Where the run is cut off, what it has measured is on the console.
      console.log(`${threads} threads, round ${round}, ${entrants[i]!.name}: ${(ms / 1000).toFixed(1)} s`)
    }
  }
  for (const engine of engines) await engine.end()
  return measured
}

async function ours(
  threads: number,
  { model, options, runtime = 'onnxruntime', seen }: Extract<Entrant, { engine: 'mvp-rerank' }>,
): Promise<Engine> {
  const reranker = await createReranker({ model, runtime, device: 'wasm', threads, ...(seen ? {} : { cacheBytes: 0 }) })
  return {
    ...(seen && { meet: ({ passages }: Task) => reranker.rank('what came before', passages, options) }),
    async score({ query, passages }) {
      const scores: number[] = []
      const { results } = await reranker.rank(query, passages, { ...options, onPartial: () => {} })
      for (const { index, score } of results) scores[index] = score
      return scores
    },
    end: () => reranker.dispose(),
  }
}

/**
 * A cross-encoder as the documentation of transformers.js runs it: in one call, or, at its best, in batches of like
 * length.
 */
export async function peer(threads: number, { dtype, best }: { dtype: 'q8' | 'fp32'; best: boolean }): Promise<Engine> {
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
    async score({ query, passages }) {
      const scores: number[] = []
      const all = [...passages.keys()]
      for (const places of best ? ofLikeLength(all, passages) : [all]) {
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

const BATCH = 16

function ofLikeLength(places: number[], passages: string[]): number[][] {
  const sorted = places.sort((a, b) => passages[a]!.length - passages[b]!.length)
  return Array.from({ length: Math.ceil(sorted.length / BATCH) }, (_, i) => sorted.slice(BATCH * i, BATCH * (i + 1)))
}
