import { afterEach, expect, it } from 'vitest'
import { EmbedWorkers } from './embedWorkers.js'

let workers: EmbedWorkers | undefined

afterEach(() => workers?.close())

/** Answers with the number of letters, after a turn; it fails or ends where the text says so. */
const file = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads'
    if (workerData === 'missing') {
      parentPort.postMessage({ failed: { code: 'model-not-found', message: 'No model.', remedy: 'Name another.' } })
    } else parentPort.postMessage({ rows: [] })
    parentPort.on('message', ({ texts }) => {
      if (texts[0] === 'end') process.exit()
      if (texts[0] === 'fail') {
        parentPort.postMessage({ failed: { code: 'out-of-memory', message: 'Full.', remedy: 'Buy more.' } })
      } else setTimeout(() => parentPort.postMessage({ rows: texts.map(text => Float32Array.of(text.length)) }), 1)
    })
  `)}`,
)

const task = (text: string) => ({ texts: [text], tokens: false })

it('answer each task, however many wait', async () => {
  workers = await EmbedWorkers.start(file, 'small', 2)
  const answers = await Promise.all(['a', 'bb', 'ccc', 'dddd', 'eeeee'].map(text => workers!.run(task(text))))
  expect(answers.map(({ rows }) => rows![0]![0])).toEqual([1, 2, 3, 4, 5])
})

it('hand on a typed error, and go on', async () => {
  workers = await EmbedWorkers.start(file, 'small', 1)
  await expect(workers.run(task('fail'))).rejects.toMatchObject({ code: 'out-of-memory', remedy: 'Buy more.' })
  expect((await workers.run(task('four'))).rows![0]![0]).toBe(4)
})

it('fail where a thread ends, and at each later task', async () => {
  workers = await EmbedWorkers.start(file, 'small', 1)
  await expect(workers.run(task('end'))).rejects.toMatchObject({ code: 'runtime-failed' })
  await expect(workers.run(task('four'))).rejects.toMatchObject({ code: 'runtime-failed' })
})

it('do not start where one does not', async () => {
  await expect(EmbedWorkers.start(file, 'missing', 2)).rejects.toMatchObject({ code: 'model-not-found' })
})
