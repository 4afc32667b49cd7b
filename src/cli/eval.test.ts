import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readRun, trecOrder } from '../eval/run.js'
import { buildCommand, cli, folder, model } from './testing.js'

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
