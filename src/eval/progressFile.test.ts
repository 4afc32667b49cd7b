import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { ProgressFile } from './progressFile.js'

const folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-progress-'))
afterAll(() => rmSync(folder, { recursive: true }))
const [run, dump] = [join(folder, 'run.trec'), join(folder, 'dump.jsonl')]
const progress = `${run}.progress`
const settings = { model: 'm' }
const open = (asked: object = settings) => ProgressFile.open<string>([run, dump], asked)

beforeEach(() => {
  for (const path of [run, dump, progress]) rmSync(path, { force: true })
})

/** Two finished queries, then the process is gone. */
async function killed() {
  const progressFile = await open()
  await progressFile.add(['q1 é\n', 'one\n'], 'q1')
  await progressFile.add(['q2\n', ''], 'q2')
  await progressFile.close(false)
}

it('goes on after the last finished query and cuts off what was under way', async () => {
  await killed()
  appendFileSync(run, 'q3 half')
  appendFileSync(dump, 'three\n')
  appendFileSync(progress, '{"ends":[99')
  const progressFile = await open()
  expect(progressFile.finished).toEqual(['q1', 'q2'])
  await progressFile.add(['q3\n', 'three\n'], 'q3')
  expect((await open()).finished).toEqual(['q1', 'q2', 'q3'])
  await progressFile.close(true)
  expect(readFileSync(run, 'utf8')).toBe('q1 é\nq2\nq3\n')
  expect(readFileSync(dump, 'utf8')).toBe('one\nthree\n')
  expect(existsSync(progress)).toBe(false)
})

it('repeats what the outputs lost with the power', async () => {
  await killed()
  truncateSync(run, 7)
  expect((await open()).finished).toEqual(['q1'])
  truncateSync(dump, 0)
  const progressFile = await open()
  expect(progressFile.finished).toEqual([])
  await progressFile.add(['q1\n', 'one\n'], 'q1')
  expect(readFileSync(run, 'utf8')).toBe('q1\n')
  expect((await open()).finished).toEqual(['q1'])
})

it('ends well when all was finished before it could say so', async () => {
  await killed()
  appendFileSync(run, 'junk')
  await (await open()).close(true)
  expect(readFileSync(run, 'utf8')).toBe('q1 é\nq2\n')
  expect(existsSync(progress)).toBe(false)
})

it('refuses to mix runs with other settings', async () => {
  await killed()
  await expect(open({ model: 'n' })).rejects.toMatchObject({
    code: 'bad-usage',
    message: expect.stringMatching(/run\.trec\.progress is of a run with other settings: \{"model":"m"\}/),
    remedy: expect.stringMatching(/delete/),
  })
})

it('leaves an earlier run alone until there is something to write', async () => {
  writeFileSync(run, 'precious')
  const progressFile = await open()
  await progressFile.close(false)
  expect(readFileSync(run, 'utf8')).toBe('precious')
  expect(existsSync(progress)).toBe(false)
})
