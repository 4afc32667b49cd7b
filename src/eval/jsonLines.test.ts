import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readJsonLines } from './jsonLines.js'
import type { EvalCandidate, EvalQuery } from './queries.js'

const lines = [
  { qid: 'q1', q_text: 'first', bm25_results: [{ pid: '0', title: 'T', text: 'zero' }], qrels: { 0: 1 } },
  {
    qid: 'q2',
    q_text: 'zweite — ö',
    bm25_results: [{ pid: '0', text: 'other', bm25_score: 2.5 }],
    qrels: { 0: 0, 7: 2 },
  },
]
const text = `${lines.map(line => JSON.stringify(line)).join('\n')}\n`

/** The same two lines as `xz --check=crc64` wrote them; Node cannot write xz. */
const xz = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ADdAIZdAD2IiibTv5T2sGmSQXKlxi1btvHFSgHAGTY8yLV+UxjbwUPD4N+xzKM/soXdEXM1LB4xQjHb' +
    'jkAZOxcMl7Xf90Kd2aa4msl466BV1NUwkradm5XfNNskS3gz08X6AaADdJXZZQEVIgBu7/x2VVQYUukmQQBOR1ph0pZDnDiMMtp/kLNfBOAAAAAA' +
    'shPVRZeY+jkAAaIB3gEAABXpqG2xxGf7AgAAAAAEWVo=',
  'base64',
)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-queries-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

type Read = Omit<EvalQuery, 'candidates'> & { candidates: EvalCandidate[] }

async function read(name: string, content: string | Uint8Array, limit = Number.POSITIVE_INFINITY): Promise<Read[]> {
  const path = join(folder, name)
  writeFileSync(path, content)
  const queries: Read[] = []
  for await (const query of readJsonLines(path)) {
    queries.push({ ...query, candidates: await query.candidates() })
    if (queries.length === limit) break
  }
  return queries
}

const expected = [
  { id: 'q1', text: 'first', candidates: [{ id: '0', title: 'T', text: 'zero' }], qrels: new Map([['0', 1]]) },
  {
    id: 'q2',
    text: 'zweite — ö',
    candidates: [{ id: '0', title: '', text: 'other', firstStageScore: 2.5 }],
    qrels: new Map([
      ['0', 0],
      ['7', 2],
    ]),
  },
]

describe('readJsonLines', () => {
  it('reads plain, gzip and xz files alike, with ids local to their query', async () => {
    expect(await read('a.jsonl', text)).toEqual(expected)
    expect(await read('a.jsonl.gz', gzipSync(text))).toEqual(expected)
    expect(await read('a.jsonl.xz', xz)).toEqual(expected)
  })

  it('takes Windows line ends, blank lines and a missing newline at the end', async () => {
    expect(await read('b.jsonl', text.replaceAll('\n', '\r\n\r\n').trimEnd())).toEqual(expected)
  })

  it('can be left after some queries', async () => {
    expect(await read('c.jsonl.xz', xz, 1)).toEqual(expected.slice(0, 1))
    expect(await read('c.jsonl.gz', gzipSync(text), 1)).toEqual(expected.slice(0, 1))
  })

  it('counts a passage that a query lists twice once, at its first place', async () => {
    const passages = ['a', 'b', 'a'].map((pid, i) => ({ pid, text: `${i}` }))
    const [query] = await read('d.jsonl', JSON.stringify({ ...lines[0], bm25_results: passages }))
    expect(query?.candidates.map(candidate => candidate.text)).toEqual(['0', '1'])
  })

  it('names file and line of what it cannot read', async () => {
    const second = (line: unknown) =>
      `${JSON.stringify(lines[0])}\n${typeof line === 'string' ? line : JSON.stringify(line)}\n`
    const broken: [unknown, RegExp][] = [
      ['{"qid": "q2"', /x\.jsonl:2: .*JSON/],
      ['[]', /x\.jsonl:2: the line is not an object/],
      [{ ...lines[1], qid: undefined }, /x\.jsonl:2: qid is not a string/],
      [{ ...lines[1], q_text: 5 }, /x\.jsonl:2: q_text/],
      [{ ...lines[1], bm25_results: {} }, /x\.jsonl:2: bm25_results is not a list/],
      [{ ...lines[1], bm25_results: [{ pid: '1' }] }, /x\.jsonl:2: bm25_results\[0\]\.text/],
      [{ ...lines[1], qrels: { 0: 'high' } }, /x\.jsonl:2: the grade of "0"/],
    ]
    for (const [line, message] of broken) {
      await expect(read('x.jsonl', second(line))).rejects.toMatchObject({
        code: 'bad-data',
        index: 2,
        message: expect.stringMatching(message),
      })
    }
    await expect(read('x.jsonl', Buffer.from([0x22, 0xff, 0x22, 0x0a]))).rejects.toMatchObject({
      code: 'bad-data',
      index: 1,
    })
  })

  it('refuses damaged and truncated archives, a missing file and a folder', async () => {
    const damaged = { code: 'bad-data', message: expect.stringMatching(/damaged or ends too early/) }
    for (const keep of [0, 40, xz.length - 30, xz.length - 1]) {
      await expect(read('t.jsonl.xz', xz.subarray(0, keep))).rejects.toMatchObject(damaged)
    }
    const flipped = Buffer.from(xz)
    flipped[60]! ^= 1
    await expect(read('f.jsonl.xz', flipped)).rejects.toMatchObject(damaged)
    const gz = gzipSync(text)
    await expect(read('t.jsonl.gz', gz.subarray(0, gz.length - 5))).rejects.toMatchObject(damaged)
    await expect(read('j.jsonl.xz', text)).rejects.toMatchObject(damaged)
    const from = (path: string) => readJsonLines(join(folder, path)).next()
    await expect(from('nothing.jsonl.xz')).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringMatching(/no file/),
    })
    await expect(from('nothing.jsonl.gz')).rejects.toMatchObject({ message: expect.stringMatching(/no file/) })
    await expect(from('.')).rejects.toMatchObject({ message: expect.stringMatching(/is a folder/) })
  })
})
