import { median } from '../../demo/bench/benchRun.js'
import type { Reranker } from '../../src/api/ranking.js'
import { connectReranker } from '../../src/client/connectReranker.js'
import type { EngineParts } from '../../src/engine/parts.js'
import type { EncodedPrompt } from '../../src/engine/prompt.js'
import type { Heap } from '../../src/kernels/heap.js'
import type { Kernels } from '../../src/kernels/kernels.js'
import { type OpenKernels, openKernels } from '../../src/kernels/openKernels.js'
import { writeJob } from '../../src/kernels/writeJob.js'
import type { BertArchitecture } from '../../src/model/manifest.js'
import type { KernelRuntime } from '../../src/runtime/kernelRuntimes.js'
import { EngineService } from '../../src/service/engineService.js'
import { familyLoader } from '../../src/service/familyLoader.js'
import { buildKernelParts } from '../../src/service/kernelParts.js'
import { UrlSource } from '../../src/store/urlSource.js'
import type { Task } from './engines.js'
import { addWork, noWork, type Work, workOf } from './kernelWork.js'

/** Of a sample. Kernels take from 10 µs to 5 ms a pass. */
const SAMPLE_MS = 8
/** Rounds that are not counted: engines compile WASM twice, and the first code is slow. */
const WARM_UP = 2
/** Past the second cache, and past all that is measured before. */
const FAR_BYTES = 64 << 20
const NEAR_BYTES = 8192

/** What kernels/loops.ts exports. */
interface Loops extends Kernels {
  prepare(job: number, model: number): number
  squares(model: number, layers: number, times: number): void
  ups(model: number, layers: number, times: number): void
  downs(model: number, layers: number, times: number): void
  attentions(model: number, times: number): void
  attentionPart(model: number, part: number, times: number): void
  quantizations(model: number, times: number): void
  norms(model: number, times: number): void
  gelus(model: number, times: number): void
  embeddings(job: number, model: number, tokens: number, times: number): void
  chain(times: number, a: number, b: number): number
  dots(times: number, near: number, oneInstruction: boolean): number
  floats(times: number, near: number): number
  reads(times: number, from: number, bytes: number): number
  writes(times: number, near: number): void
}

/** Each kernel, by the name of its loop. */
export interface KernelPasses {
  square: number
  up: number
  down: number
  keys: number
  logits: number
  softmax: number
  mix: number
  attention: number
  attended: number
  norms: number
  gelu: number
  embedding: number
  /** The first product of the feed-forward with one layer's weights, which the second cache holds. */
  upNear: number
}

/** Milliseconds of a passage's list, of one ranking. */
export interface RankingTimes {
  /** From the call to the ranking. */
  all: number
  /** In WASM, at the encoder's jobs. */
  jobs: number
  /** Jobs of prompts with the query; the others read texts alone. */
  jobsWithQuery: number
  /** Means of tokens, and tokens in 8 bits. */
  pooling: number
  /** The anchor decoder, and how often it ran. */
  decoder: number
  decodings: number
}

export interface BuildTimes {
  /** Whether the engine picked the dot product of one instruction. */
  oneInstruction: boolean
  ranking: RankingTimes
  /** Of one ranking. */
  work: Work
  /** Of the unit that loops pass over: tokens of its prompts, and of all prompts for embeddings. */
  unit: number[]
  embedded: number
  layers: number
  width: number
  ffWidth: number
  heads: number
  /** Nanoseconds of a pass, by the form of the dot product; without relaxed SIMD both are the same. */
  one: KernelPasses
  pairs: KernelPasses
  /** Nanoseconds of one operation. */
  peaks: { cycle: number; dot: { one: number; pairs: number }; float: number; read: number; write: number }
  /** Gigabytes a second that are read from far away. */
  farBytes: number
}

/** Runs in the page: all on its one thread. */
export async function measure(
  builds: readonly string[],
  tasks: readonly Task[],
  rounds: number,
): Promise<BuildTimes[]> {
  const measured: Bench[] = []
  for (const text of builds) {
    const wasm = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
    measured.push(await Bench.open(wasm))
  }
  for (let round = -WARM_UP; round < rounds; round++) {
    const { query, passages } = tasks[(round + WARM_UP) % tasks.length]!
    // In turns, so that a machine's moods meet all of them. No passage comes twice: what is read alone is kept.
    for (const bench of measured) {
      await bench.rank(
        `${query} ${round}`,
        passages.map(text => `${text} ${round}`),
        round >= 0,
      )
      for (let pass = 0; pass < 3; pass++) bench.pass(round >= 0)
    }
  }
  return Promise.all(measured.map(bench => bench.end()))
}

/** One build, with the shipped model. */
class Bench {
  readonly #kernels: Loops
  readonly #heap: Heap
  readonly #architecture: BertArchitecture
  readonly #reranker: Reranker
  readonly #watch: Watch
  readonly #near: number
  readonly #far: number
  #job: { job: number; tokens: number; unit: number[] } | undefined
  readonly #rankings: RankingTimes[] = []
  readonly #work: Work[] = []
  readonly #samples = new Map<string, { times: number; ns: number[] }>()

  private constructor(opened: OpenKernels, reranker: Reranker, watch: Watch) {
    this.#kernels = opened.kernels as Loops
    this.#heap = opened.heap
    this.#reranker = reranker
    this.#watch = watch
    this.#architecture = watch.architecture!
    this.#near = this.#heap.allocate(NEAR_BYTES)
    this.#far = this.#heap.allocate(FAR_BYTES)
    // Small numbers, so that sums stay finite.
    this.#heap.floats(this.#near, NEAR_BYTES / 4).fill(1e-9)
    // Pages that nobody wrote to are all the same one, in the first cache.
    this.#heap.bytes(this.#far, FAR_BYTES).fill(1)
  }

  static async open(wasm: Uint8Array<ArrayBuffer>): Promise<Bench> {
    const opened = await openKernels(wasm, 1, () => Promise.reject(new Error('one thread')))
    const watch = new Watch(opened)
    const runtime: KernelRuntime = {
      device: 'wasm',
      threads: 1,
      kernels: { ...opened, runJob: (job, address) => watch.run(job, address) },
      dispose: async () => {},
    }
    const connect = () => {
      const service = new EngineService<KernelRuntime>({
        plan: async () => [{ device: 'wasm', precision: 'int8', open: async () => runtime }],
        build: async (runtime, manifest, ...rest) => {
          watch.architecture = manifest.architecture as BertArchitecture
          return watch.parts(await buildKernelParts(runtime, manifest, ...rest))
        },
        families: familyLoader,
        open: model => new UrlSource(model),
      })
      return {
        service,
        callback: <F extends (...args: never[]) => void>(callback: F) => callback,
        onDeath: () => () => {},
        close: () => service.dispose(),
      }
    }
    // A key of its own, or the second build would join the first.
    const model = `${location.origin}/models/mvp-mini/`
    const key = `kernels of ${wasm.length} bytes`
    const reranker = await connectReranker(connect, key, model, {}, async () => ['kernels'])
    return new Bench(opened, reranker, watch)
  }

  async rank(query: string, passages: readonly string[], counts: boolean): Promise<void> {
    const watch = this.#watch
    watch.begin()
    const start = performance.now()
    await this.#reranker.rank(query, passages, { onPartial: () => {} })
    watch.times.all = performance.now() - start
    if (counts) {
      this.#rankings.push(watch.times)
      this.#work.push(watch.work)
    }
    this.#job ??= this.#writeJob()
  }

  /** A job whose first unit is a usual one. */
  #writeJob(): { job: number; tokens: number; unit: number[] } {
    const { width, positions, layers } = this.#architecture
    const prompts = this.#watch.prompts.toSorted((a, b) => a.ids.length - b.ids.length)
    const middle = prompts.length >> 1
    const bytes = this.#kernels.scratchBytes(this.#watch.model)
    const scratch = { address: this.#heap.allocate(bytes), bytes }
    const request = {
      prompts: [...prompts.slice(middle), ...prompts.slice(0, middle)],
      depth: layers >> 1,
      firstRows: 0,
      firstView: 0,
      exitNorm: 0,
      oneInstruction: true,
    }
    const { job, tokens } = writeJob(this.#heap, request, { width, positions, maxRows: 256 }, scratch)
    return { job, tokens, unit: unitsOf(this.#heap, job)[0]! }
  }

  /** A sample of each kernel, and of each peak. */
  pass(counts: boolean): void {
    const kernels = this.#kernels
    const { layers } = this.#architecture
    const { model } = this.#watch
    const { job, tokens } = this.#job!
    kernels.prepare(job, model)
    const sample = (name: string, run: (times: number) => void) => this.#sample(name, run, counts)
    sample('attention', times => kernels.attentions(model, times))
    for (const [part, name] of ['keys', 'logits', 'softmax', 'mix'].entries()) {
      sample(name, times => kernels.attentionPart(model, part, times))
    }
    for (const form of ['one', 'pairs'] as const) {
      kernels.setDotProduct(form === 'one')
      sample(`${form} square`, times => kernels.squares(model, layers, times))
      sample(`${form} up`, times => kernels.ups(model, layers, times))
      sample(`${form} upNear`, times => kernels.ups(model, 1, times))
      sample(`${form} down`, times => kernels.downs(model, layers, times))
      sample(`${form} dot`, times => kernels.dots(100 * times, this.#near, form === 'one'))
    }
    sample('attended', times => kernels.quantizations(model, times))
    sample('norms', times => kernels.norms(model, times))
    sample('gelu', times => kernels.gelus(model, times))
    sample('embedding', times => kernels.embeddings(job, model, tokens, times))
    sample('cycle', times => kernels.chain(100 * times, times, 12345))
    sample('float', times => kernels.floats(100 * times, this.#near))
    sample('read', times => kernels.reads(times, this.#near, NEAR_BYTES))
    sample('write', times => kernels.writes(times, this.#near))
    sample('far', times => kernels.reads(times, this.#far, FAR_BYTES))
  }

  #sample(name: string, run: (times: number) => void, counts: boolean): void {
    const samples = this.#samples.get(name) ?? { times: 1, ns: [] }
    this.#samples.set(name, samples)
    for (;;) {
      const start = performance.now()
      run(samples.times)
      const ms = performance.now() - start
      if (counts) {
        samples.ns.push((ms * 1e6) / samples.times)
        return
      }
      if (ms > SAMPLE_MS / 2) {
        samples.times = Math.max(1, Math.round((samples.times * SAMPLE_MS) / ms))
        return
      }
      samples.times *= 2
    }
  }

  async end(): Promise<BuildTimes> {
    await this.#reranker.dispose()
    const { layers, width, ffWidth, heads } = this.#architecture
    const ns = (name: string) => median(this.#samples.get(name)!.ns)
    const kernels = (form: 'one' | 'pairs'): KernelPasses => ({
      square: ns(`${form} square`),
      up: ns(`${form} up`),
      upNear: ns(`${form} upNear`),
      down: ns(`${form} down`),
      keys: ns('keys'),
      logits: ns('logits'),
      softmax: ns('softmax'),
      mix: ns('mix'),
      attention: ns('attention'),
      attended: ns('attended'),
      norms: ns('norms'),
      gelu: ns('gelu'),
      embedding: ns('embedding'),
    })
    const mean = noWork()
    for (const work of this.#work) addWork(mean, work)
    for (const key of Object.keys(mean) as (keyof Work)[]) mean[key] /= this.#work.length
    const of = (key: keyof RankingTimes) => median(this.#rankings.map(times => times[key]))
    return {
      oneInstruction: this.#watch.oneInstruction,
      ranking: {
        all: of('all'),
        jobs: of('jobs'),
        jobsWithQuery: of('jobsWithQuery'),
        pooling: of('pooling'),
        decoder: of('decoder'),
        decodings: of('decodings'),
      },
      work: mean,
      unit: this.#job!.unit,
      embedded: this.#job!.tokens,
      ...{ layers, width, ffWidth, heads },
      one: kernels('one'),
      pairs: kernels('pairs'),
      peaks: {
        cycle: ns('cycle') / 3200,
        dot: { one: ns('one dot') / 2400, pairs: ns('pairs dot') / 2400 },
        float: ns('float') / 3200,
        read: ns('read') / (NEAR_BYTES / 16),
        write: ns('write') / (NEAR_BYTES / 16),
      },
      farBytes: FAR_BYTES / ns('far'),
    }
  }
}

/** Takes the time of a ranking's parts. */
class Watch {
  architecture: BertArchitecture | undefined
  /** Of the ranking that was begun last. */
  times = noTimes()
  work = noWork()
  prompts: EncodedPrompt[] = []
  model = 0
  oneInstruction = false
  readonly #opened: OpenKernels

  constructor(opened: OpenKernels) {
    this.#opened = opened
  }

  begin(): void {
    this.times = noTimes()
    this.work = noWork()
    this.prompts = []
  }

  run(job: number, model: number): void {
    const { heap, runJob } = this.#opened
    const [depth, firstRows] = heap.integers(job, 2) as unknown as [number, number]
    this.model = model
    this.oneInstruction = heap.integers(job, 13)[12] === 1
    for (const unit of unitsOf(heap, job)) addWork(this.work, workOf(unit, depth, firstRows))
    const start = performance.now()
    runJob(job, model)
    const ms = performance.now() - start
    this.times.jobs += ms
    if (firstRows > 0) this.times.jobsWithQuery += ms
  }

  parts({ encoder, decoder }: EngineParts): EngineParts {
    return {
      encoder: {
        batchLimits: encoder.batchLimits,
        encode: (batch, depth) => {
          this.prompts.push(...batch)
          return encoder.encode(batch, depth)
        },
        embed: async (batch, tokens) => {
          const before = this.times.jobs
          const start = performance.now()
          const embedded = await encoder.embed(batch, tokens)
          this.times.pooling += performance.now() - start - (this.times.jobs - before)
          return embedded
        },
        release: () => encoder.release(),
      },
      decoder: decoder && {
        score: async vectors => {
          const start = performance.now()
          const scores = await decoder.score(vectors)
          this.times.decoder += performance.now() - start
          this.times.decodings++
          return scores
        },
        release: () => decoder.release(),
      },
    }
  }
}

const noTimes = (): RankingTimes => ({ all: 0, jobs: 0, jobsWithQuery: 0, pooling: 0, decoder: 0, decodings: 0 })

/** The tokens of the prompts of each unit of a job, which kernels/job.ts describes. */
function unitsOf(heap: Heap, job: number): number[][] {
  const [, , , , , count, unitList, promptList] = heap.integers(job, 8)
  const starts = heap.integers(unitList!, count! + 1)
  const prompts = heap.integers(promptList!, starts[count!]! + 1)
  return Array.from({ length: count! }, (_, unit) =>
    Array.from(
      prompts.subarray(starts[unit]!, starts[unit + 1]!),
      (start, i) => prompts[starts[unit]! + i + 1]! - start,
    ),
  )
}
