import { setFlagsFromString } from 'node:v8'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { compileKernels } from '../build/compileKernels.js'
import { openCheckpoint } from '../models/convert/checkpoint.js'
import {
  BERT_ORACLES,
  CROSS_ENCODERS,
  type OracleName,
  oracleFolder,
  readCrossEncoder,
  readEmbedder,
  readOracle,
} from '../models/oracles/read.js'
import type { Ranking, Reranker, Status } from '../src/api/ranking.js'
import { connectReranker } from '../src/client/connectReranker.js'
import { allFamilies } from '../src/engine/allFamilies.js'
import { KernelEncoder } from '../src/engine/kernelEncoder.js'
import { kernelBuild } from '../src/kernels/kernelBuild.js'
import { kernelWasm } from '../src/kernels/kernelWasm.js'
import { startNodeThread } from '../src/kernels/nodeThread.js'
import { openKernels, type StartThread, type ThreadStart } from '../src/kernels/openKernels.js'
import { deadThread } from '../src/kernels/testing.js'
import { createReranker } from '../src/node.js'
import { planKernels } from '../src/runtime/kernelRuntimes.js'
import { EngineService } from '../src/service/engineService.js'
import { buildKernelParts } from '../src/service/kernelParts.js'
import { FolderSource } from '../src/store/folderSource.js'
import type { Connection } from '../src/threads/connection.js'
import { conversions } from './convertedModels.js'

const { converted } = conversions()

afterEach(() => vi.restoreAllMocks())

/** Scores in the caller's order. */
function scoresOf({ results }: Ranking): number[] {
  const scores: number[] = []
  for (const { index, score } of results) scores[index] = score
  return scores
}

const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))

const folders = new Map<OracleName, Promise<string>>()

/** The oracle's model in q8. */
function modelOf(name: OracleName): Promise<string> {
  const known = folders.get(name) ?? converted(name, 'q8').then(({ out }) => out)
  folders.set(name, known)
  return known
}

const onKernels = async (name: OracleName, threads = 1) =>
  createReranker({ model: await modelOf(name), runtime: 'kernels', threads })

describe("scores are near the original's", () => {
  // Weights in 8 bits and activations in 7 lose up to three times what onnxruntime loses in int8: .26 of scores, 1.0 of
  // logits, .012 of cosines.
  test.each(BERT_ORACLES)('of %s, at every depth, within 0.4 where scores span 6 to 8', async name => {
    const reranker = await onKernels(name)
    expect(reranker.info).toMatchObject({ device: 'wasm', precision: 'int8', threads: 1 })
    expect(reranker.info.versions.onnxruntime).toBeUndefined()
    for (const list of readOracle(name).lists) {
      for (const [depth, { scores }] of Object.entries(list.exits)) {
        const ranking = await reranker.rank(list.query, list.passages, { depth: Number(depth) })
        expect(difference(scoresOf(ranking), scores)).toBeLessThan(0.4)
      }
    }
    await reranker.dispose()
  })

  test.each(CROSS_ENCODERS.filter(name => openCheckpoint(oracleFolder(name)).architecture.family === 'bert'))(
    'of %s, within 2 where logits span 8 to 18',
    async name => {
      const reranker = await onKernels(name)
      for (const { query, passages, scores } of readCrossEncoder(name).lists) {
        expect(difference(scoresOf(await reranker.rank(query, passages)), scores)).toBeLessThan(2)
      }
      await reranker.dispose()
    },
  )

  test.each(['embedder-bert', 'embedder-xlm-roberta'] as const)(
    'of %s, within 0.04 where cosines span 0.3 to 0.8',
    async name => {
      const reranker = await onKernels(name)
      for (const { query, passages, scores } of readEmbedder(name).lists) {
        expect(difference(scoresOf(await reranker.rank(query, passages)), scores)).toBeLessThan(0.04)
      }
      await reranker.dispose()
    },
  )
})

describe('scores are the same to the bit', () => {
  const { query, passages } = readOracle('bert-relu').lists.at(-1)!
  const texts = [...passages, 'short', 'word '.repeat(200), '']
  /** Scores, their views, embeddings and codes. */
  const numbers = async (reranker: Reranker) => {
    const { results } = await reranker.rank(query, texts, { fusion: { embed: true }, explain: true, refine: 3 })
    const vectors = await reranker.embed([query, 'one'], { tokens: true })
    await reranker.dispose()
    return { results, vectors }
  }
  let alone: Awaited<ReturnType<typeof numbers>>
  beforeAll(async () => {
    alone = await numbers(await onKernels('bert-relu'))
  })

  test.each([2, 3])('on %s threads', async threads => {
    const reranker = await onKernels('bert-relu', threads)
    expect(reranker.info.threads).toBe(threads)
    expect(await numbers(reranker)).toEqual(alone)
  })

  // Later versions of Node have relaxed SIMD from the start; there both runs are of one build.
  test('with and without relaxed SIMD', async () => {
    setFlagsFromString('--experimental-wasm-relaxed-simd')
    expect(kernelBuild()).toBe('relaxed')
    expect(await numbers(await onKernels('bert-relu', 2))).toEqual(alone)
    const { validate } = WebAssembly
    const relaxed = await compileKernels('relaxed')
    vi.spyOn(WebAssembly, 'validate').mockImplementation(
      bytes => (bytes as Uint8Array).length >= relaxed.length && validate(bytes),
    )
    expect(kernelBuild()).toBe('plain')
    expect(await numbers(await onKernels('bert-relu', 2))).toEqual(alone)
  })
})

describe('what the kernels do not compute is refused, with a remedy', () => {
  test.each([
    ['T5', 't5-relu', {}],
    ['ModernBERT', 'cross-encoder-modernbert', {}],
    ['ColBERT', 'colbert-bert', {}],
    ['WebGPU', 'bert-relu', { device: 'webgpu' }],
    ['onnxruntime-node', 'bert-relu', { device: 'cpu' }],
    ['arithmetic in full precision', 'bert-relu', { precision: 'fp32' }],
  ] as const)('%s', async (_, name, options) => {
    const model = await modelOf(name)
    await expect(createReranker({ model, runtime: 'kernels', ...options })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/^The kernels /),
      remedy: expect.stringContaining("runtime 'kernels'"),
    })
  })

  test('weights in full precision', async () => {
    const { out: model } = await converted('bert-relu', 'fp32')
    await expect(createReranker({ model, runtime: 'kernels' })).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('an engine without SIMD', async () => {
    const model = await modelOf('bert-relu')
    vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('invalid opcode'))
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
    await expect(createReranker({ model, runtime: 'kernels' })).rejects.toMatchObject({
      code: 'unsupported',
      remedy: expect.stringContaining("Leave out runtime 'kernels'"),
    })
  })

  test('numbers that miss the probe', async () => {
    const model = await modelOf('bert-relu')
    const { encode } = KernelEncoder.prototype
    vi.spyOn(KernelEncoder.prototype, 'encode').mockImplementation(async function (this: KernelEncoder, ...given) {
      const vectors = await encode.apply(this, given)
      return vectors.map(vector => vector.fill(1, 0, 8))
    })
    await expect(createReranker({ model, runtime: 'kernels' })).rejects.toMatchObject({ code: 'self-check-failed' })
  })
})

describe('threads that fail', () => {
  const passages = Array.from({ length: 40 }, (_, i) => `passage ${i} ${'word '.repeat(i)}`)

  /** As `createReranker` of Node connects, with these threads and a second of patience. */
  async function load(startThread: StartThread, onStatus: (status: Status) => void): Promise<Reranker> {
    const model = await modelOf('bert-relu')
    const connect = (): Connection => {
      const service = new EngineService({
        plan: (options, manifest) =>
          planKernels(options, manifest, 2, async threads => openKernels(await kernelWasm(), threads, startThread, 1)),
        build: buildKernelParts,
        families: allFamilies,
        open: folder => new FolderSource(folder),
      })
      return { service, callback: call => call, onDeath: () => () => {}, close: () => service.dispose() }
    }
    return connectReranker(connect, `${Math.random()}`, model, { onStatus }, async () => ['kernels'])
  }

  test('at once leave one thread', async () => {
    const statuses: Status[] = []
    const reranker = await load(deadThread, status => statuses.push(status))
    expect(statuses).toMatchObject([
      { kind: 'stepped-down', reason: expect.stringContaining('a thread does not answer') },
      { kind: 'chosen' },
    ])
    expect(reranker.info.threads).toBe(1)
    await reranker.dispose()
  })

  test('that do not start leave one thread', async () => {
    const reranker = await load(
      () => Promise.reject(new Error('blocked')),
      () => {},
    )
    expect(reranker.info.threads).toBe(1)
    expect((await reranker.rank('query', passages)).results).toHaveLength(40)
    await reranker.dispose()
  })

  test('later, within a job, are replaced, and the call is answered with the same scores', async () => {
    const kinds: string[] = []
    let last: ThreadStart | undefined
    const noting: StartThread = start => {
      last = start
      return startNodeThread(start)
    }
    const reranker = await load(noting, ({ kind }) => kinds.push(kind))
    expect(reranker.info.threads).toBe(2)
    const before = scoresOf(await reranker.rank('query', passages))
    // A thread that came to a job and died: its place on the board stays taken.
    Atomics.add(new Int32Array(last!.memory.buffer), last!.board / 4 + 2, 1)
    const after = scoresOf(await reranker.rank('query', [...passages, 'a new one']))
    expect(kinds).toEqual(['chosen', 'lost', 'chosen', 'recovered'])
    expect(after).toHaveLength(41)
    expect(scoresOf(await reranker.rank('query', passages))).toEqual(before)
    await reranker.dispose()
  })

  test('between jobs are not waited for', async () => {
    const ends: (() => void)[] = []
    const reranker = await load(
      async start => {
        const end = await startNodeThread(start)
        ends.push(end)
        return end
      },
      () => {},
    )
    const before = scoresOf(await reranker.rank('query', passages))
    for (const end of ends) end()
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(scoresOf(await reranker.rank('another query', passages))).toHaveLength(40)
    expect(scoresOf(await reranker.rank('query', passages))).toEqual(before)
    await reranker.dispose()
  })
})
