import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRun, trecOrder } from '../eval/run.js'
import { VERSION } from '../version.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const oracleFolder = join(root, 'models/oracles/bert-relu')

interface Oracle {
  lists: { query: string; passages: unknown[]; exits: Record<string, { scores: number[]; viewScores: number[][] }> }[]
}
const oracle: Oracle = JSON.parse(readFileSync(join(oracleFolder, 'oracle.json'), 'utf8'))

// Inside the project, so that the bundle finds the packages it leaves out.
const bundle = mkdtempSync(join(root, 'node_modules/.cli-test-'))
const folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-cli-'))
const model = join(folder, 'model')

beforeAll(async () => {
  await build({ root, mode: 'node', logLevel: 'error', build: { outDir: bundle } })
  const converted = await cli(['convert', oracleFolder, '--out', model, '--dtype', 'fp32'])
  expect(converted).toMatchObject({ code: 0 })
}, 120_000)

afterAll(() => {
  rmSync(bundle, { recursive: true })
  rmSync(folder, { recursive: true })
})

interface Outcome {
  code: number | null
  out: string
  err: string
}

function start(args: string[]): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [join(bundle, 'cli/main.js'), ...args])
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => {
    out += chunk
  })
  child.stderr.on('data', chunk => {
    err += chunk
  })
  // It may end before it has read all: then writing to it fails, which is no news.
  child.stdin.on('error', () => {})
  return { child, outcome: once(child, 'close').then(([code]) => ({ code, out, err })) }
}

function cli(args: string[], input: string | Uint8Array = ''): Promise<Outcome> {
  const { child, outcome } = start(args)
  child.stdin!.end(input)
  return outcome
}

const jsonLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

describe('mvp-rerank', () => {
  it('explains itself and its commands on stdout', async () => {
    expect(await cli(['--version'])).toEqual({ code: 0, out: `${VERSION}\n`, err: '' })
    const { code, out } = await cli(['--help'])
    expect(code).toBe(0)
    for (const command of ['convert', 'rank', 'eval']) {
      expect(out).toContain(`  ${command} `)
      const help = await cli([command, '--help'])
      expect(help).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringMatching(/Usage: mvp-rerank[\s\S]*default[\s\S]*Example/),
      })
    }
  })

  it('answers wrong usage with exit code 2 and a way out on stderr', async () => {
    const wrong: [string[], RegExp][] = [
      [[], /a command is missing/],
      [['rnak'], /no command "rnak"/],
      [['rank'], /--model is missing/],
      [['rank', '--model', model, '--fast'], /--fast/],
      [['rank', '--model', model, '--depth', 'deep'], /--depth takes a whole number/],
      [['rank', '--model', model, '--device', 'tpu'], /--device takes auto/],
      [['eval', '--model', 'bm25'], /--data is missing/],
      [['eval', '--model', 'bm25', '--data', 'x', '--limit', '0'], /--limit takes/],
      [['eval', '--model', 'bm25', '--data', 'x', '--run', join(folder, 'no/where')], /cannot be written/],
    ]
    for (const [args, message] of wrong) {
      const { code, out, err } = await cli(args)
      expect({ args, code, out }).toEqual({ args, code: 2, out: '' })
      expect(err).toMatch(message)
      expect(err).toMatch(/error bad-usage: .*\n {2}See `mvp-rerank.*--help`/)
    }
  })

  it('names a model that is not there', async () => {
    const { code, err } = await cli(['rank', '--model', join(folder, 'nothing')])
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/error model-not-found: .*nothing.*\n {2}\S/) })
  })
})

describe('mvp-rerank rank', () => {
  // onnxruntime-node has no binary for Intel Macs.
  const native = process.platform !== 'darwin' || process.arch !== 'x64'
  it.each(native ? ['cpu', 'wasm'] : ['wasm'])(
    'ranks as the original does on %s, a line each, in order',
    async device => {
      const input = oracle.lists.map(({ query, passages }) => `${JSON.stringify({ query, passages })}\n`).join('')
      const { code, out, err } = await cli(
        ['rank', '--model', model, '--device', device, '--precision', 'fp32', '--refine', '0', '--views'],
        input,
      )
      expect({ code, err }).toEqual({ code: 0, err: '' })
      const answers = jsonLines(out)
      expect(answers.length).toBe(oracle.lists.length)
      for (const [i, { exits }] of oracle.lists.entries()) {
        const { scores, viewScores } = exits[6]!
        const { results } = answers[i]
        expect(results.length).toBe(scores.length)
        for (const { index, score, views } of results) {
          expect(Math.abs(score - scores[index]!)).toBeLessThan(1e-4)
          for (const [v, view] of views.entries()) expect(Math.abs(view - viewScores[v]![index]!)).toBeLessThan(1e-4)
        }
        const printed = results.map((result: { score: number }) => result.score)
        expect(printed).toEqual([...printed].sort((a, b) => b - a))
      }
    },
  )

  it('takes the depth that it is given', async () => {
    const { query, passages, exits } = oracle.lists[0]!
    const input = JSON.stringify({ query, passages })
    const { out } = await cli(['rank', '--model', model, '--precision', 'fp32', '--depth', '2', '--refine', '0'], input)
    for (const { index, score } of jsonLines(out)[0].results)
      expect(Math.abs(score - exits[2]!.scores[index]!)).toBeLessThan(1e-4)
    expect(await cli(['rank', '--model', model, '--depth', '5'], input)).toMatchObject({ code: 1, out: '' })
  })

  it('prints the ids of passages that have one', async () => {
    const passages = ['plain', { id: 'a', title: 'T', text: 'x' }, { id: 7, text: 'y', url: 'kept' }]
    const { out } = await cli(['rank', '--model', model], JSON.stringify({ query: 'q', passages }))
    const { results } = jsonLines(out)[0]
    const ids = Object.fromEntries(results.map(({ index, id }: { index: number; id?: unknown }) => [index, id]))
    expect(ids).toEqual({ 0: undefined, 1: 'a', 2: 7 })
    expect(Object.keys(results[0])).toEqual(expect.arrayContaining(['index', 'score']))
  })

  it('puts an error in the place of a bad line, names its number, and goes on', async () => {
    const good = JSON.stringify({ query: 'q', passages: ['a', 'b'] })
    const lines = [
      good,
      '{"query": ',
      '{"query": "q"}',
      '{"query": 1, "passages": []}',
      '{"query": "q", "passages": ["a", 5]}',
      '',
      good,
    ]
    const input = Buffer.concat([Buffer.from(lines.join('\n')), Buffer.from('\n"\xff"\n', 'latin1')])
    const { code, out, err } = await cli(['rank', '--model', model], input)
    expect(code).toBe(1)
    const codes = jsonLines(out).map(answer => answer.error?.code ?? answer.results.length)
    expect(codes).toEqual([2, 'bad-line', 'bad-line', 'bad-query', 'bad-passage', 'bad-line', 2, 'bad-line'])
    expect(Object.keys(jsonLines(out)[1].error)).toEqual(['code', 'message'])
    for (const number of [2, 3, 4, 5, 6, 8]) expect(err).toMatch(new RegExp(`^line ${number}: error bad-`, 'm'))
    expect(err).not.toMatch(/line [17]:/)
  })

  it('answers an empty list with an empty list, and no lines with none', async () => {
    const { code, out } = await cli(['rank', '--model', model], '{"query": "q", "passages": []}\n')
    expect({ code, out }).toEqual({ code: 0, out: '{"results":[]}\n' })
    expect(await cli(['rank', '--model', model])).toEqual({ code: 0, out: '', err: '' })
  })

  it('answers a line before the next one is there', async () => {
    const { child, outcome } = start(['rank', '--model', model])
    child.stdin!.write(`${JSON.stringify({ query: 'q', passages: ['a'] })}\n`)
    const [first] = await once(child.stdout!, 'data')
    expect(JSON.parse(String(first)).results.length).toBe(1)
    child.stdin!.end()
    expect(await outcome).toMatchObject({ code: 0, err: '' })
  })

  it('ends quietly when nobody reads on, and on an interrupt', async () => {
    const line = `${JSON.stringify({ query: 'q', passages: ['a', 'b'] })}\n`
    const left = start(['rank', '--model', model])
    left.child.stdin!.write(line)
    await once(left.child.stdout!, 'data')
    left.child.stdout!.destroy()
    left.child.stdin!.write(line.repeat(100))
    expect(await left.outcome).toMatchObject({ code: 0, err: '' })

    const waiting = start(['rank', '--model', model])
    waiting.child.stdin!.write(line)
    await once(waiting.child.stdout!, 'data')
    waiting.child.kill('SIGINT')
    expect(await waiting.outcome).toMatchObject({ code: 130, err: '' })
  })
})

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
      pairs_per_second: null,
      model: 'bm25',
      device: null,
      precision: null,
      depth: null,
      fusion: null,
    })
    // Ties and all: what trec_eval reads from the run is the file's order.
    const written = parseRun(readFileSync(run, 'utf8'))
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
