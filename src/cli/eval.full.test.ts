import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readRun } from '../eval/run.js'
import { buildCommand, cli, folder, jsonLines, model, start } from './testing.js'

buildCommand()

const QUERIES = 1000
const PASSAGES = 100

it('ranks 100,000 pairs over three kills, no query twice, to the same run as without', {
  timeout: 1_800_000,
}, async () => {
  const data = join(folder, 'large.jsonl')
  const line = (q: number) => ({
    qid: `q${q}`,
    q_text: `about ${q}`,
    bm25_results: Array.from({ length: PASSAGES }, (_, p) => ({ pid: `${q}-${p}`, text: `${p * q} of ${p}` })),
    qrels: { [`${q}-${q % PASSAGES}`]: 1 },
  })
  writeFileSync(data, Array.from({ length: QUERIES }, (_, q) => `${JSON.stringify(line(q))}\n`).join(''))
  const run = join(folder, 'large.trec')
  const args = (to: string) => ['eval', '--model', model, '--depth', '2', '--data', data, '--run', to]

  /** Queries that each process finished by itself, counted by its lines in the checkpoint. */
  const finished = () =>
    existsSync(`${run}.progress`) ? readFileSync(`${run}.progress`, 'utf8').split('\n').length - 2 : 0
  const counts: number[] = []
  for (const until of [150, 420, 800]) {
    const { child } = start(args(run))
    await expect.poll(finished, { interval: 50, timeout: 1_000_000 }).toBeGreaterThanOrEqual(until)
    child.kill('SIGKILL')
    await once(child, 'close')
    counts.push(finished())
  }
  const ids = jsonLines(readFileSync(`${run}.progress`, 'utf8').split('\n').slice(1, -1).join('\n')).map(
    ({ record }) => record.id,
  )
  expect(new Set(ids).size).toBe(ids.length)
  const last = await cli(args(run))
  expect(last).toMatchObject({ code: 0, err: expect.stringMatching(`going on after ${counts[2]} finished queries`) })
  expect(JSON.parse(last.out).queries).toBe(QUERIES)

  const read = await readRun(run)
  expect(read.size).toBe(QUERIES)
  for (const scores of read.values()) expect(scores.size).toBe(PASSAGES)
  const whole = join(folder, 'whole.trec')
  expect((await cli(args(whole))).code).toBe(0)
  expect(statSync(run).size).toBe(statSync(whole).size)
  expect(readFileSync(run).equals(readFileSync(whole))).toBe(true)
})
