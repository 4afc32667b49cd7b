import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { type DataSource, openData } from './openData.js'

const root = mkdtempSync(join(tmpdir(), 'mvp-rerank-data-'))
afterAll(() => rmSync(root, { recursive: true }))
let folders = 0

/** Writes a folder of files; those that end in .gz are compressed. */
function folder(files: Record<string, string>): string {
  const path = join(root, String(folders++))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), name.endsWith('.gz') ? gzipSync(text) : text)
  }
  return path
}

async function read(source: Partial<DataSource>) {
  const { queries, total, firstStage } = await openData({ top: 100, limit: Number.POSITIVE_INFINITY, ...source })
  const read = []
  for await (const { id, text, qrels, candidates } of queries) {
    read.push({ id, text, qrels: Object.fromEntries(qrels), candidates: await candidates() })
  }
  return { queries: read, total, firstStage }
}

const jsonl = (...records: object[]) => records.map(record => `${JSON.stringify(record)}\n`).join('')

const beir = {
  'corpus.jsonl': jsonl(
    { _id: 'd1', title: 'Bread', text: 'Yeast makes the dough rise.', metadata: {} },
    { _id: 'd2', title: '', text: 'Dough rests, dough rises: “naïve” bakers wait.' },
    { _id: 'd3', text: 'Tides follow the moon.' },
  ),
  'queries.jsonl': jsonl(
    { _id: 'q1', text: 'why does dough rise' },
    { _id: 'q2', text: 'moon' },
    { _id: 'q3', text: 'not judged in test' },
  ),
  'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td3\t0\nq2\td3\t1\n',
  'qrels/dev.tsv': 'query-id\tcorpus-id\tscore\nq3\td3\t1\n',
}

describe('a BEIR folder', () => {
  it('gives judged queries in their order, with the best by BM25 as candidates', async () => {
    const { queries, total, firstStage } = await read({ data: folder(beir) })
    expect({ total, firstStage }).toEqual({ total: 2, firstStage: 'bm25' })
    expect(queries.map(({ id, text, qrels }) => ({ id, text, qrels }))).toEqual([
      { id: 'q1', text: 'why does dough rise', qrels: { d1: 2, d3: 0 } },
      { id: 'q2', text: 'moon', qrels: { d3: 1 } },
    ])
    const firstStageScore = expect.any(Number)
    expect(queries[0]!.candidates).toEqual([
      { id: 'd2', title: '', text: 'Dough rests, dough rises: “naïve” bakers wait.', firstStageScore },
      { id: 'd1', title: 'Bread', text: 'Yeast makes the dough rise.', firstStageScore },
    ])
    expect(queries[1]!.candidates.map(({ id }) => id)).toEqual(['d3'])
  })

  it('takes another split, a limit and a depth, and says which splits there are', async () => {
    const data = folder(beir)
    expect((await read({ data, split: 'dev' })).queries.map(({ id }) => id)).toEqual(['q3'])
    expect((await read({ data, limit: 1 })).total).toBe(1)
    expect((await read({ data, top: 1 })).queries[0]!.candidates.length).toBe(1)
    await expect(read({ data, split: 'eval' })).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringMatching(/no split eval; it has (dev, test|test, dev)/),
    })
  })

  it('may be compressed', async () => {
    const plain = await read({ data: folder(beir) })
    const data = folder(Object.fromEntries(Object.entries(beir).map(([name, text]) => [`${name}.gz`, text])))
    expect(await read({ data })).toEqual(plain)
  })

  it('takes the candidates of a run, ties and all as trec_eval orders them', async () => {
    const data = folder({ ...beir, 'run.trec': 'q1 Q0 d1 1 0.5 x\nq1 Q0 d3 2 7 x\nq1 Q0 d2 3 0.5 x\nq9 Q0 d7 1 1 x\n' })
    for (const suffix of ['', '.gz']) {
      const files = suffix
        ? { corpus: join(folder({ 'corpus.jsonl.gz': beir['corpus.jsonl'] }), 'corpus.jsonl.gz') }
        : {}
      const { queries, firstStage } = await read({ data, ...files, candidates: join(data, 'run.trec') })
      expect(firstStage).toBe('first stage')
      expect(queries.map(({ candidates }) => candidates.map(({ id, text }) => [id, text.split(' ')[0]]))).toEqual([
        [
          ['d3', 'Tides'],
          ['d2', 'Dough'],
          ['d1', 'Yeast'],
        ],
        [],
      ])
    }
  })

  it('names the run and the query of a passage that the corpus lacks', async () => {
    const data = folder({ ...beir, 'run.trec': 'q1 Q0 d9 1 0.5 x\n' })
    await expect(read({ data, candidates: join(data, 'run.trec') })).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringMatching(/corpus\.jsonl lacks the passage d9 of query q1 in .*run\.trec/),
    })
  })
})

describe('Chinese collections', () => {
  const passages = ['月亮引起潮汐，海水每天涨落两次。', '酵母让面团发酵，面包变得松软𠮷。', '灯塔在夜里指引船只。']
  const expected = [
    { id: '0', text: '面团为什么会发酵？', qrels: { 1: 3, 2: 0 }, best: passages[1] },
    { id: '1', text: '潮汐的原因', qrels: { 0: 2 }, best: passages[0] },
  ]

  async function check(data: string, split: string) {
    const { queries } = await read({ data, split })
    expect(queries.map(({ candidates, ...query }) => ({ ...query, best: candidates[0]!.text }))).toEqual(expected)
  }

  it('in T2Ranking’s layout keep their grades and their text, with and without headers', async () => {
    const collection = passages.map((text, i) => `${i}\t${text}\n`).join('')
    const queries = expected.map(({ id, text }) => `${id}\t${text}\n`).join('')
    const qrels = '0\t0\t1\t3\n0\t0\t2\t0\n1\t0\t0\t2\n'
    const files = { 'collection.tsv': collection, 'queries.dev.tsv': queries, 'qrels.dev.tsv': qrels }
    await check(folder(files), 'dev')
    await check(
      folder({
        'collection.tsv': `pid\ttext\n${collection}`,
        'queries.dev.tsv': `qid\ttext\n${queries}`,
        'qrels.dev.tsv': `qid\t-\tpid\trel\n${qrels}`,
        'qrels.retrieval.dev.tsv': 'qid\tpid\n0\t1\n',
      }),
      'dev',
    )
  })

  it('in Multi-CPR’s layout too', async () => {
    const data = folder({
      'corpus.tsv': passages.map((text, i) => `${i}\t${text}\n`).join(''),
      'dev.query.txt': expected.map(({ id, text }) => `${id}\t${text}\n`).join(''),
      'train.query.txt': '7\t别的\n',
      'qrels.dev.tsv': '0\t0\t1\t3\n0\t0\t2\t0\n1\t0\t0\t2\n',
      'qrels.train.tsv': '7\t0\t0\t1\n',
    })
    await check(data, 'dev')
    expect((await read({ data })).queries.map(({ id }) => id)).toEqual(['0', '1'])
  })
})

describe('MS MARCO', () => {
  const collection = '0\tYeast makes dough rise.\n1\tThe moon makes the tides.\n'

  it('is read as collection, queries and judgments', async () => {
    const data = folder({
      'collection.tsv': collection,
      'queries.dev.small.tsv': '10\twhat makes dough rise\n11\tmoon\n',
      'qrels.dev.small.tsv': '10\t0\t0\t1\n11\t0\t1\t1\n',
    })
    const { queries } = await read({ data })
    expect(queries.map(({ id, candidates }) => [id, candidates[0]!.id])).toEqual([
      ['10', '0'],
      ['11', '1'],
    ])
  })

  it('is read as a top1000 file, in whatever order its lines are', async () => {
    const data = folder({
      'top1000.dev.tsv':
        '10\t1\tdough\tThe moon.\n11\t1\tmoon\tThe moon.\n10\t0\tdough\tYeast.\n10\t1\tdough\tThe moon.\n12\t0\tx\ty\n',
      'qrels.dev.tsv': '10\t0\t0\t1\n11\t0\t1\t1\n',
    })
    const source = { data: join(data, 'top1000.dev.tsv'), qrels: join(data, 'qrels.dev.tsv') }
    expect((await read(source)).queries).toEqual([
      {
        id: '10',
        text: 'dough',
        qrels: { 0: 1 },
        candidates: [
          { id: '1', title: '', text: 'The moon.' },
          { id: '0', title: '', text: 'Yeast.' },
        ],
      },
      { id: '11', text: 'moon', qrels: { 1: 1 }, candidates: [{ id: '1', title: '', text: 'The moon.' }] },
    ])
    await expect(read({ data: source.data })).rejects.toMatchObject({ message: expect.stringMatching(/--qrels/) })
  })

  it('is read from files by any name, documents of four columns too', async () => {
    const data = folder({
      'docs.tsv': 'D1\thttp://x\tTides\tThe moon makes them.\n',
      'topics.tsv': '1\tmoon\n',
      '2019.qrels.txt': '1 0 D1 3\n',
    })
    const [corpus, queries, qrels] = ['docs.tsv', 'topics.tsv', '2019.qrels.txt'].map(name => join(data, name))
    const read1 = await read({ corpus: corpus!, queries: queries!, qrels: qrels! })
    expect(read1.queries[0]).toMatchObject({ qrels: { D1: 3 }, candidates: [{ id: 'D1', title: 'Tides' }] })
  })
})

describe('bad data', () => {
  const broken: [string, string, RegExp][] = [
    ['corpus.jsonl', `${beir['corpus.jsonl']}{"_id": "d4"}\n`, /corpus\.jsonl:4: text is not a string/],
    ['corpus.jsonl', `${beir['corpus.jsonl']}{"_id": "d4", "te`, /corpus\.jsonl:4: .*JSON/],
    ['corpus.jsonl', beir['corpus.jsonl'].repeat(2), /corpus\.jsonl:4: the id "d1" was there before/],
    ['queries.jsonl', '[]\n', /queries\.jsonl:1: the line is not an object/],
    ['queries.jsonl', '{"_id": null, "text": "x"}\n', /queries\.jsonl:1: _id is not a string/],
    ['queries.jsonl', '{"_id": "other", "text": "x"}\n', /queries\.jsonl holds no query that .*test\.tsv judges/],
    ['qrels/test.tsv', 'q1\td1\thigh\n', /test\.tsv:1: the grade "high" is not a whole number/],
    ['qrels/test.tsv', 'q1\td1\t1\nq1 0 d1 2\n', /test\.tsv:2: d1 was judged 1 before for query q1/],
    ['qrels/test.tsv', 'q1\n', /test\.tsv:1: it has 1 columns/],
    ['qrels/test.tsv', '', /test\.tsv holds no judgment/],
  ]
  it.each(broken)('in %s is a typed error with file and line: %$', async (name, text, message) => {
    const data = folder({ ...beir, [name]: text })
    await expect(read({ data })).rejects.toMatchObject({ code: 'bad-data', message: expect.stringMatching(message) })
  })

  it('in tab-separated texts too, broken UTF-8 and damaged archives as well', async () => {
    const files = { 'queries.dev.tsv': '1\tx\n', 'qrels.dev.tsv': '1\t0\t1\t1\n' }
    const from = (collection: string) => read({ data: folder({ ...files, 'collection.tsv': collection }) })
    const error = (message: RegExp) => ({ code: 'bad-data', message: expect.stringMatching(message) })
    await expect(from('1\ta\n2\tb\tc\n')).rejects.toMatchObject(error(/collection\.tsv:2: it has 3 columns/))
    await expect(from('1\ta\n\tb\n')).rejects.toMatchObject(error(/collection\.tsv:2: .*the id, is empty/))
    const data = folder({ ...files, 'collection.tsv': '' })
    writeFileSync(join(data, 'collection.tsv'), Buffer.from('1\ta\n2\t\xff\n', 'latin1'))
    await expect(read({ data })).rejects.toMatchObject(error(/collection\.tsv:2: /))
    const cut = folder(files)
    writeFileSync(join(cut, 'collection.tsv.gz'), gzipSync('1\ta\n').subarray(0, 15))
    await expect(read({ data: cut })).rejects.toMatchObject(error(/damaged or ends too early/))
  })

  it('is a folder of no known layout, which is told what is known, and a file that is not there', async () => {
    await expect(read({ data: folder({ 'readme.txt': '' }) })).rejects.toMatchObject({
      code: 'bad-data',
      remedy: expect.stringMatching(/BEIR.*Multi-CPR.*T2Ranking.*--corpus/),
    })
    await expect(read({ data: join(root, 'nothing.jsonl') })).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringMatching(/no file/),
    })
  })
})
