import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { readRun, trecOrder } from '../eval/run.js'
import { buildCommand, cli, folder, model, start } from './testing.js'

buildCommand()

describe('mvp-rerank eval', () => {
  const data = join(folder, 'data.jsonl')
  beforeAll(() => {
    const line = (qid: string, pids: string[]) =>
      JSON.stringify({
        qid,
        q_text: `query ${qid}`,
        bm25_results: pids.map((pid, i) => ({
          pid,
          title: '',
          text: `passage ${pid} of ${qid}`,
          bm25_score: i < 2 ? 2 : 1,
        })),
        qrels: { b: 1, z: 2 },
      })
    writeFileSync(data, `${line('q1', ['a', 'b', 'c'])}\n${line('q2', ['c', 'a', 'b'])}\n`)
  })

  it('measures the order of the file', async () => {
    const run = join(folder, 'bm25.trec')
    const { code, out, err } = await cli(['eval', '--model', 'bm25', '--data', data, '--run', run])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const ideal = 2 + 1 / Math.log2(3)
    expect(JSON.parse(out)).toEqual({
      queries: 2,
      'ndcg@10': (1 / Math.log2(3) + 1 / Math.log2(4)) / 2 / ideal,
      'mrr@10': (1 / 2 + 1 / 3) / 2,
      'recall@10': 0.5,
      'recall@100': 0.5,
      'map@100': (1 / 2 + 1 / 3) / 2 / 2,
      'p@10': 0.1,
      pairs_per_second: null,
      model: 'bm25',
      device: null,
      precision: null,
      depth: null,
      fusion: null,
    })
    // Ties and all: what trec_eval reads from the run is the file's order.
    const written = await readRun(run)
    expect([...written.values()].map(trecOrder)).toEqual([
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
    ])
  })

  it('reranks, counts pairs, and writes the run in the order it measured', async () => {
    const run = join(folder, 'model.trec')
    const { code, out } = await cli([
      'eval',
      '--model',
      model,
      '--data',
      data,
      '--top',
      '2',
      '--limit',
      '1',
      '--run',
      run,
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      queries: 1,
      'recall@2': 0.5,
      pairs_per_second: expect.any(Number),
      depth: 6,
    })
    expect(readFileSync(run, 'utf8')).toMatch(/^q1 Q0 [ab] 1 \S+ \S+\nq1 Q0 [ab] 2 \S+ \S+\n$/)
  })

  it('measures each view alone', async () => {
    const { out } = await cli(['eval', '--model', model, '--data', data, '--views'])
    const values = JSON.parse(out)['view_ndcg@10']
    expect(values.length).toBe(4)
    for (const value of values) expect(value).toBeGreaterThan(0)
  })

  it('measures each signal alone and each way to fuse them, and writes what they are', async () => {
    const dump = join(folder, 'signals.jsonl')
    const { out } = await cli(['eval', '--model', model, '--data', data, '--signals', '--dump', dump])
    const { signals, fusion, ...means } = JSON.parse(out)
    expect(Object.keys(signals)).toEqual([
      'mvp',
      'cosine',
      'lateInteraction',
      'firstStage',
      'fused, given',
      'fused, embed',
    ])
    expect(fusion).toBe('off')
    expect(signals.mvp['ndcg@10']).toBe(means['ndcg@10'])
    expect(signals.mvp.pairs_per_second).toBeGreaterThan(signals['fused, embed'].pairs_per_second)
    const [first, second] = readFileSync(dump, 'utf8')
      .trim()
      .split('\n')
      .map(row => JSON.parse(row))
    expect(first).toMatchObject({ qid: 'q1', grades: [0, 1, 0], judged: [1, 2] })
    expect(second.signals.firstStage).toEqual([2, 2, 1])
    for (const column of Object.values(second.signals)) expect(column).toEqual([0, 1, 2].map(() => expect.any(Number)))

    const fused = await cli(['eval', '--model', model, '--data', data, '--fusion', 'embed'])
    expect(JSON.parse(fused.out)).toMatchObject({ fusion: 'embed', 'ndcg@10': signals['fused, embed']['ndcg@10'] })
  })

  it('measures codes of passages in place of reading them alone', async () => {
    const all = ['eval', '--model', model, '--data', data, '--late-codes', '--format', 'json']
    const { late_codes: coded, ...means } = JSON.parse((await cli([...all, '--fusion', 'embed'])).out)
    const names = ['ndcg@10', 'mrr@10', 'recall@10', 'recall@100', 'map@100', 'p@10']
    expect(Object.keys(coded)).toEqual(names)
    for (const name of names) expect(coded[name]).toBeGreaterThan(0)
    expect(means.fusion).toBe('embed')
    // Without fusion nothing but the model's scores counts.
    const off = JSON.parse((await cli([...all, '--fusion', 'off'])).out)
    expect(off.late_codes).toEqual(Object.fromEntries(names.map(name => [name, off[name]])))
    const { code, err } = await cli(['eval', '--model', 'bm25', '--data', data, '--late-codes'])
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('--late-codes needs a model') })
  })

  it('refuses signals of no model, a dump without signals and fusion of another kind', async () => {
    const refused = async (...options: string[]) => {
      const { code, out, err } = await cli(['eval', '--data', data, ...options])
      expect({ code, out }).toEqual({ code: 2, out: '' })
      return err
    }
    expect(await refused('--model', 'bm25', '--signals')).toMatch(/--signals needs a model/)
    expect(await refused('--model', model, '--dump', 'x')).toMatch(/--dump is for --signals/)
    expect(await refused('--model', model, '--fusion', 'all')).toMatch(/--fusion takes off \| given \| embed/)
  })

  it('names file and line of bad data', async () => {
    const bad = join(folder, 'bad.jsonl')
    writeFileSync(bad, `${readFileSync(data, 'utf8')}{"qid":\n`)
    const { code, out, err } = await cli(['eval', '--model', 'bm25', '--data', bad])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/error bad-data: .*bad\.jsonl:3: /)
    writeFileSync(bad, '')
    expect(await cli(['eval', '--model', 'bm25', '--data', bad])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no query/),
    })
  })
})

describe('a killed mvp-rerank eval', () => {
  const many = join(folder, 'many.jsonl')
  // Many more than the last kill waits for: the command must not finish before it.
  const QUERIES = 240
  beforeAll(() => {
    const lines = Array.from({ length: QUERIES }, (_, q) => ({
      qid: `q${q}`,
      q_text: `which passage is about subject ${q}`,
      bm25_results: Array.from({ length: 20 }, (_, p) => ({
        pid: `p${p}`,
        text: `passage ${p} of ${q}: ${'word '.repeat(p)}`,
      })),
      qrels: { [`p${q % 20}`]: 1, p3: 2 },
    }))
    writeFileSync(many, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  })

  /** Ids of the queries that a run's progress file lists as finished. */
  function finished(run: string): string[] {
    const text = existsSync(`${run}.progress`) ? readFileSync(`${run}.progress`, 'utf8') : ''
    return text
      .split('\n')
      .slice(1, -1)
      .map(line => JSON.parse(line).record.id)
  }

  it('goes on where it was, repeats no query, and leaves the same run and figures', async () => {
    const args = (run: string) => ['eval', '--model', model, '--data', many, '--run', run]
    const whole = join(folder, 'whole.trec')
    const expected = await cli(args(whole))
    expect(expected.code).toBe(0)

    const run = join(folder, 'killed.trec')
    let kills = 0
    for (const until of [5, 20, 41]) {
      const { child, outcome } = start(args(run))
      await expect.poll(() => finished(run).length, { interval: 2, timeout: 60_000 }).toBeGreaterThanOrEqual(until)
      child.kill('SIGKILL')
      if ((await outcome).code === null) kills++
    }
    expect(kills).toBe(3)
    const before = finished(run)
    expect(new Set(before).size).toBe(before.length)
    expect(before.length).toBeLessThan(QUERIES)

    const { code, out, err } = await cli(args(run))
    expect({ code, err }).toEqual({
      code: 0,
      err: `mvp-rerank: going on after ${before.length} finished queries of ${run}\n`,
    })
    expect(readFileSync(run, 'utf8')).toBe(readFileSync(whole, 'utf8'))
    const figures = ({ pairs_per_second: _, ...others }: Record<string, unknown>) => others
    expect(figures(JSON.parse(out))).toEqual(figures(JSON.parse(expected.out)))
    expect(existsSync(`${run}.progress`)).toBe(false)
  }, 120_000)

  it('is not gone on with under other settings', async () => {
    const run = join(folder, 'other.trec')
    const { child, outcome } = start(['eval', '--model', model, '--data', many, '--run', run])
    await expect.poll(() => finished(run).length, { interval: 2, timeout: 60_000 }).toBeGreaterThan(0)
    child.kill('SIGKILL')
    await outcome
    const { code, err } = await cli(['eval', '--model', model, '--data', many, '--run', run, '--top', '5'])
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/other\.trec\.progress is of a run with other settings/),
    })
  }, 60_000)
})

describe('mvp-rerank eval on a collection', () => {
  it('says that the heap is too small for a corpus before it is full', async () => {
    const data = join(folder, 'large')
    mkdirSync(join(data, 'qrels'), { recursive: true })
    writeFileSync(join(data, 'queries.jsonl'), '{"_id": "q", "text": "word"}\n')
    writeFileSync(join(data, 'qrels/test.tsv'), 'q\tp1\t1\n')
    // Compressed, so that its texts are kept.
    const passage = (i: number) => `{"_id": "p${i}", "text": "${'long'.repeat(100)} ${i}"}\n`
    const corpus = Array.from({ length: 100_000 }, (_, i) => passage(i)).join('')
    writeFileSync(join(data, 'corpus.jsonl.gz'), gzipSync(corpus, { level: 1 }))
    const small = { NODE_OPTIONS: '--max-old-space-size=48' }
    const { code, err } = await cli(['eval', '--model', 'bm25', '--data', data], '', small)
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(
        /error out-of-memory: the heap of 48 MiB is too small: it was 75 % full after \d+ passages of .*corpus\.jsonl\.gz\n {2}.*--max-old-space-size.*--candidates/,
      ),
    })
  }, 60_000)
})

describe('mvp-rerank stress', () => {
  it('measures reranker, embedder and BM25 where every pair of passages answers a query', async () => {
    const out = join(folder, 'limit')
    const stress = await cli(['stress', '--model', model, '--passages', '6', '--format', 'json', '--out', out])
    expect(stress).toMatchObject({ code: 0, err: '' })
    const { queries, systems, tests } = JSON.parse(stress.out)
    expect(queries).toBe(15)
    expect(Object.keys(systems)).toEqual(['bm25', 'embedder', 'reranker'])
    expect(systems.bm25['recall@2']).toBe(1)
    for (const system of ['embedder', 'reranker']) expect(systems[system]['recall@2']).toBeLessThan(1)
    expect(tests['recall@2']).toMatchObject({ queries: 15 })
    const written = await cli(['eval', '--model', 'bm25', '--data', out, '--metrics', 'recall@2'])
    expect(JSON.parse(written.out)).toMatchObject({ queries: 15, 'recall@2': 1 })
  })
})
