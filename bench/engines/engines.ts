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
  | { engine: 'LiteRT.js'; name: string; dtype: 'q8' | 'fp32' }

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
    if (entrant.engine === 'mvp-rerank') engines.push(await ours(threads, entrant))
    else if (entrant.engine === 'LiteRT.js') engines.push(await liteRt(threads, entrant))
    else engines.push(await peer(threads, entrant))
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
  // Its own default is a CDN.
  env.backends.onnx.wasm!.wasmPaths = `${location.origin}/node_modules/onnxruntime-web/dist/`
  env.backends.onnx.wasm!.numThreads = threads
  const tokenizer = await peerTokenizer()
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

function peerTokenizer(): Promise<PreTrainedTokenizer> {
  env.allowRemoteModels = false
  env.allowLocalModels = true
  env.localModelPath = '/bench/'
  env.useBrowserCache = false
  return AutoTokenizer.from_pretrained('peer')
}

/** Of `@litertjs/core`, what is used here. */
interface LiteRtModule {
  loadLiteRt(folder: string, options: { threads: boolean }): Promise<unknown>
  loadAndCompile(url: string, options: object): Promise<LiteRtModel>
  Tensor: new (data: Int32Array, shape: number[]) => LiteRtTensor
}

interface LiteRtTensor {
  toTypedArray(): Float32Array
  delete(): void
}

interface LiteRtModel {
  /** By `tokens` and the length that prompts are padded to. */
  signatures: Record<string, { run(inputs: Record<string, LiteRtTensor>): Promise<Record<string, LiteRtTensor>> }>
  delete(): void
}

/** Not a dependency, of 38 MB: `npm install --no-save --ignore-scripts @litertjs/core`. */
const LITERT = '/node_modules/@litertjs'

/** The cross-encoder in LiteRT.js, on XNNPACK: a prompt at a time, padded to the next length of its signatures. */
async function liteRt(threads: number, { dtype }: { dtype: 'q8' | 'fp32' }): Promise<Engine> {
  // The dev server may leave the names of packages as they are.
  const names = document.createElement('script')
  names.type = 'importmap'
  names.textContent = JSON.stringify({ imports: { '@litertjs/wasm-utils': `${LITERT}/wasm-utils/dist/index.js` } })
  document.head.append(names)
  const url = `${LITERT}/core/dist/index.js`
  const { loadLiteRt, loadAndCompile, Tensor }: LiteRtModule = await import(/* @vite-ignore */ url)
  await loadLiteRt(`${LITERT}/core/wasm/`, { threads: threads > 1 })
  const tokenizer = await peerTokenizer()
  const model = await loadAndCompile(`/bench/peer/litert/${dtype}.tflite`, {
    accelerator: 'wasm',
    cpuOptions: { numThreads: threads },
  })
  const lengths = Object.keys(model.signatures)
    .map(name => Number(name.replace('tokens', '')))
    .sort((a, b) => a - b)
  return {
    async score({ query, passages }) {
      const scores: number[] = []
      for (const passage of passages) {
        const cut = { text_pair: passage, truncation: true, max_length: lengths.at(-1)!, return_tensor: false }
        const encoded = tokenizer(query, cut) as Record<string, number[]>
        const length = lengths.find(length => length >= encoded.input_ids!.length)!
        const inputs: Record<string, LiteRtTensor> = {}
        for (const [i, name] of ['input_ids', 'attention_mask', 'token_type_ids'].entries()) {
          const padded = new Int32Array(length)
          padded.set(encoded[name]!)
          inputs[`args_${i}`] = new Tensor(padded, [1, length])
        }
        const outputs = await model.signatures[`tokens${length}`]!.run(inputs)
        scores.push(Object.values(outputs)[0]!.toTypedArray()[0]!)
        for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.delete()
      }
      return scores
    },
    end: async () => model.delete(),
  }
}

const BATCH = 16

function ofLikeLength(places: number[], passages: string[]): number[][] {
  const sorted = places.sort((a, b) => passages[a]!.length - passages[b]!.length)
  return Array.from({ length: Math.ceil(sorted.length / BATCH) }, (_, i) => sorted.slice(BATCH * i, BATCH * (i + 1)))
}
