import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildCommand, cli, folder, jsonLines } from './testing.js'

buildCommand()

describe('mvp-rerank compare', () => {
  const files = { a: join(folder, 'a.trec'), b: join(folder, 'b.trec'), qrels: join(folder, 'qrels.tsv') }
  beforeAll(() => {
    // b finds at once what a finds second, but for the query that only a has.
    const queries = ['q1', 'q2', 'q3', 'q4']
    writeFileSync(files.a, queries.map(q => `${q} Q0 x 1 2 a\n${q} Q0 y 2 1 a\n`).join(''))
    writeFileSync(
      files.b,
      queries
        .slice(0, 3)
        .map(q => `${q} Q0 y 1 2 b\n${q} Q0 x 2 1 b\n`)
        .join(''),
    )
    writeFileSync(files.qrels, `${queries.map(q => `${q} 0 y 1\n`).join('')}q9 0 y 1\n`)
  })

  it('prints a table, JSON, and each query', async () => {
    const perQuery = join(folder, 'per-query.jsonl')
    const common = ['compare', files.a, files.b, '--qrels', files.qrels, '--metrics', 'mrr,p@1']
    const table = await cli(common)
    expect(table).toMatchObject({ code: 0, err: '' })
    expect(table.out).toMatch(
      /^ +a\.trec +b\.trec +difference .*\nmrr +0\.5000 +0\.7500 +\+0\.2500 .* 3 +1 +0\np@1 +0\.0000 +0\.7500 .*\n\n4 queries; b\.trec against a\.trec\n$/,
    )
    const json = await cli([...common, '--format', 'json', '--per-query', perQuery])
    expect(JSON.parse(json.out)).toMatchObject({
      queries: 4,
      runs: { 'a.trec': { mrr: 0.5 }, 'b.trec': { mrr: 0.75, 'p@1': 0.75 } },
      tests: { mrr: { difference: 0.25, wins: 3, losses: 1, ties: 0, randomisation: { p: 0.625, exact: true } } },
    })
    expect(jsonLines(readFileSync(perQuery, 'utf8'))[3]).toEqual({
      qid: 'q4',
      'a.trec': { mrr: 0.5, 'p@1': 0 },
      'b.trec': { mrr: 0, 'p@1': 0 },
    })
  })

  it('measures one run alone, and with --complete the queries that it lacks', async () => {
    const { out } = await cli(['compare', files.a, '--qrels', files.qrels, '--metrics', 'mrr'])
    expect(out).toMatch(/mrr +0\.5000\n4 queries\n$/)
    const complete = await cli(['compare', files.a, '--qrels', files.qrels, '--metrics', 'mrr', '--complete'])
    expect(complete.out).toMatch(/mrr +0\.4000\n5 queries\n$/)
  })

  it('answers wrong usage and bad files', async () => {
    const wrong: [string[], number, RegExp][] = [
      [[], 2, /missing required argument 'run'/],
      [[files.a], 2, /--qrels is missing/],
      [[files.a, '--qrels', files.qrels, '--metrics', 'ndcg_cut_10'], 2, /--metrics takes ndcg@k/],
      [[files.a, '--qrels', files.qrels, '--html', 'x.html'], 2, /--html takes two runs/],
      [[files.a, '--qrels', files.a], 1, /a\.trec:1: it has 6 columns/],
      [[join(folder, 'none.trec'), '--qrels', files.qrels], 1, /no file .*none\.trec/],
    ]
    for (const [args, code, message] of wrong) {
      expect(await cli(['compare', ...args])).toMatchObject({ code, out: '', err: expect.stringMatching(message) })
    }
  })
})
