import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { convert } from '../../models/convert/convert.js'
import { oracleFolder, readOracle } from '../../models/oracles/read.js'
import type { RemoteProtocol } from '../client/remote/types.js'
import type { Ranking } from '../client/types.js'
import { createReranker } from '../node.js'
import { createRemoteReranker } from '../remote.js'
import { logTo } from './log.js'
import { RerankServer } from './server.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
// Inside the project, so that the bundle finds the packages it leaves out.
const bundle = mkdtempSync(join(root, 'node_modules/.serve-test-'))
const folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-serve-'))
const model = join(folder, 'tiny')
const oracle = readOracle('bert-relu')
const list = [...oracle.lists].sort((a, b) => b.passages.length - a.passages.length)[0]!
const scores = Object.values(list.exits).at(-1)!.scores
const texts = list.passages.map(passage => (typeof passage === 'string' ? passage : `${passage.title} ${passage.text}`))
/** Keeps the model busy for seconds, most of it before the first answer. */
const longList = Array.from({ length: 3000 }, (_, i) => `${i} ${texts[i % texts.length]}`.repeat(8))
const KEY = 'sk-very-secret-0123456789'

beforeAll(async () => {
  await build({ root, mode: 'node', logLevel: 'error', build: { outDir: bundle } })
  await convert(oracleFolder('bert-relu'), {
    out: model,
    dtype: 'fp32',
    views: oracle.views,
    maxLength: oracle.maxLength,
  })
}, 120_000)

afterAll(() => {
  rmSync(bundle, { recursive: true })
  rmSync(folder, { recursive: true })
})

const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})

interface Serving {
  url: string
  child: ChildProcess
  ended: Promise<number | null>
  /** Lines of the log so far. */
  log(): Record<string, unknown>[]
  text(): string
}

async function serve(args: string[] = [], env: Record<string, string> = {}, until = 'ready'): Promise<Serving> {
  const all = [join(bundle, 'cli/main.js'), 'serve', '--model', model, '--port', '0', '--device', 'wasm', ...args]
  const child = spawn(process.execPath, all, { env: { ...process.env, ...env } })
  children.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => {
    out += chunk
  })
  child.stderr.on('data', chunk => {
    err += chunk
  })
  const log = () =>
    out
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
  await poll(() => log().some(line => line.event === until)).toBe(true)
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { url: log()[0].url, child, ended, log, text: () => out + err }
}

const poll = <T>(read: () => T) => expect.poll(read, { timeout: 60_000 })

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
  })

const scoresOf = ({ results }: Ranking) => {
  const inOrder: number[] = []
  for (const { index, score } of results) inOrder[index] = score
  return inOrder
}

describe('mvp-rerank serve', { timeout: 120_000 }, () => {
  test("gives every protocol the original's scores, and a RemoteReranker the local ranking", async () => {
    const { url } = await serve()
    for (const protocol of ['cohere', 'jina', 'tei'] as const satisfies RemoteProtocol[]) {
      const reranker = await createRemoteReranker({ url, protocol, deadline: 20_000 })
      const ranking = await reranker.rank(list.query, list.passages)
      expect(ranking).toMatchObject({ done: true, encoded: texts.length, total: texts.length })
      scoresOf(ranking).forEach((score, i) => void expect(Math.abs(score - scores[i]!)).toBeLessThan(1e-4))
      const sorted = ranking.results.map(({ score }) => score)
      expect(sorted).toEqual([...sorted].sort((a, b) => b - a))
      const best = await reranker.rank(list.query, list.passages, { topK: 2 })
      expect(best.results).toEqual(ranking.results.slice(0, 2))
    }
  })

  test('answers in the shape of each protocol', async () => {
    const { url } = await serve()
    const { query } = list
    const [first, second] = texts as [string, string]
    const cohere = await post(`${url}/v2/rerank`, { model: 'tiny', query, documents: [first, second], top_n: 1 })
    expect(cohere.headers.get('content-type')).toBe('application/json')
    expect(await cohere.json()).toEqual({
      id: cohere.headers.get('x-request-id'),
      results: [{ index: expect.any(Number), relevance_score: expect.any(Number) }],
      meta: { api_version: { version: '2' } },
    })
    const documents = [first, { text: second }]
    const jina = await post(`${url}/v1/rerank`, { model: 'tiny', query, documents, return_documents: true })
    const { results, ...rest } = await jina.json()
    expect(rest).toEqual({ id: expect.any(String), model: 'tiny', object: 'list' })
    for (const result of results) expect(result.document).toEqual({ text: [first, second][result.index] })
    const raw = await (await post(`${url}/rerank`, { query, texts: [first, second], raw_scores: true })).json()
    const squashed = await (await post(`${url}/rerank`, { query, texts: [first, second], return_text: true })).json()
    for (const [i, { index, score, text }] of squashed.entries()) {
      expect([index, text]).toEqual([raw[i].index, [first, second][index]])
      expect(score).toBeCloseTo(1 / (1 + Math.exp(-raw[i].score)), 12)
    }
  })

  test('says what is wrong with a request, in the words of the protocol', async () => {
    const { url } = await serve(['--max-passages', '3', '--max-body', '1000'])
    const good = { query: 'q', documents: ['a'] }
    const wrong: [string, unknown, number, string][] = [
      ['/v2/rerank', 'no json', 400, 'bad-request'],
      ['/v2/rerank', Buffer.of(0x22, 0xff, 0x22), 400, 'bad-request'],
      ['/v2/rerank', '['.repeat(900), 400, 'bad-request'],
      ['/v2/rerank', [], 422, 'bad-request'],
      ['/v2/rerank', { ...good, query: 5 }, 422, 'bad-query'],
      ['/v2/rerank', { ...good, query: '' }, 422, 'bad-query'],
      ['/v2/rerank', { query: 'q' }, 422, 'bad-passage'],
      ['/v2/rerank', { ...good, documents: [] }, 422, 'bad-passage'],
      ['/v2/rerank', { ...good, documents: ['a', null] }, 422, 'bad-passage'],
      ['/v2/rerank', { ...good, documents: [{ body: 'a' }] }, 422, 'bad-passage'],
      ['/v2/rerank', { ...good, top_n: 0 }, 422, 'bad-request'],
      ['/v2/rerank', { ...good, top_n: '1' }, 422, 'bad-request'],
      ['/v2/rerank', { ...good, model: 'rerank-v3.5' }, 404, 'model-not-found'],
      ['/v2/rerank', { ...good, documents: ['a', 'b', 'c', 'd'] }, 413, 'too-many-passages'],
      ['/v2/rerank', { ...good, query: 'x'.repeat(1000) }, 413, 'too-large'],
      ['/v1/rerank', { ...good, return_documents: 'yes' }, 422, 'bad-request'],
      ['/rerank', { query: 'q', texts: [{ text: 'a' }] }, 422, 'bad-passage'],
      ['/rerank', { query: 'q', texts: ['a'], raw_scores: 1 }, 422, 'bad-request'],
    ]
    for (const [path, body, status, code] of wrong) {
      const response = await post(url + path, body)
      const said = await response.json()
      expect({ body, status: response.status, code: said.code }).toEqual({ body, status, code })
      const field = path === '/rerank' ? 'error' : path === '/v1/rerank' ? 'detail' : 'message'
      expect(said[field]).toMatch(/\.$/)
      if (path === '/rerank') expect(said.error_type).toBe('Validation')
    }
    // A body whose length is not known before.
    const chunked = request(`${url}/rerank`, { method: 'POST', headers: { 'content-type': 'application/json' } })
    chunked.on('error', () => undefined)
    chunked.write('"'.repeat(600))
    chunked.write('"'.repeat(600))
    const [response] = await once(chunked, 'response')
    expect(response.statusCode).toBe(413)
    chunked.destroy()

    expect((await fetch(`${url}/rerank`)).status).toBe(405)
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404)
    const form = await fetch(`${url}/rerank`, { method: 'POST', body: JSON.stringify(good) })
    expect(form.status).toBe(415)
    expect((await post(`${url}/v2/rerank`, good)).status).toBe(200)
  })

  test('takes only who has the key, and logs neither it nor texts', async () => {
    const { url, text } = await serve([], { MVP_RERANK_KEY: KEY })
    const body = { query: 'a private query', documents: ['a private passage'] }
    for (const authorization of ['', 'Bearer ', `Bearer ${KEY}x`, KEY]) {
      const refused = await post(`${url}/v2/rerank`, body, { authorization })
      expect([refused.status, (await refused.json()).code]).toEqual([401, 'unauthorized'])
    }
    const reranker = await createRemoteReranker({ url, key: KEY })
    expect((await reranker.rank(body.query, body.documents)).results).toHaveLength(1)
    await post(`${url}/v2/rerank`, { ...body, top_n: 'private' }, { authorization: `Bearer ${KEY}` })
    expect((await fetch(`${url}/health`)).status).toBe(200)
    await expect
      .poll(
        () =>
          text()
            .split('\n')
            .filter(line => line.includes('"request"')).length,
      )
      .toBe(6)
    expect(text()).toMatch(/"event":"request".*"protocol":"cohere","status":200,"ms":[\d.]+,"passages":1,/)
    expect(text()).not.toMatch(/private|secret/)
  })

  test('pages of the allowed origin may ask', async () => {
    const open = await serve(['--allow-origin', 'https://site.example'])
    const preflight = await fetch(`${open.url}/v2/rerank`, { method: 'OPTIONS' })
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'authorization, content-type',
    ])
    const response = await post(`${open.url}/v2/rerank`, { query: 'q', documents: ['a'] })
    expect(response.headers.get('access-control-allow-origin')).toBe('https://site.example')
    const closed = await serve()
    expect((await fetch(`${closed.url}/v2/rerank`, { method: 'OPTIONS' })).status).toBe(405)
  })
})

describe('under load', { timeout: 120_000 }, () => {
  test('some wait, the rest are told when to come back, and whoever has gone frees the place', async () => {
    const { url, log } = await serve(['--queue', '1', '--max-passages', '5000'])
    const gone = new AbortController()
    const body = { query: 'q', texts: longList }
    const ask = (given: object, signal?: AbortSignal) =>
      fetch(`${url}/rerank`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(given),
        ...(signal ? { signal } : {}),
      })
    const first = ask(body, gone.signal)
    first.catch(() => undefined)
    await poll(() => gauge(url, 'running')).toBe(1)
    const second = ask({ query: 'q', texts: texts })
    await poll(() => gauge(url, 'waiting')).toBe(1)
    const third = await ask({ query: 'q', texts: texts })
    expect(third.status).toBe(429)
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await third.json()).toMatchObject({ error_type: 'Overloaded', code: 'overloaded' })

    gone.abort()
    expect((await second).status).toBe(200)
    await poll(() => gauge(url, 'running')).toBe(0)
    await poll(() => log().some(({ code }) => code === 'gone')).toBe(true)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('mvp_rerank_requests_total{protocol="tei",status="429"} 1')
    expect(metrics).toContain('mvp_rerank_requests_total{protocol="tei",status="200"} 1')
    expect(metrics).toContain(`mvp_rerank_passages_total ${texts.length}`)
    expect(metrics).toContain('mvp_rerank_seconds_bucket{le="+Inf"} 1')
    expect(metrics).toMatch(/mvp_rerank_info\{model="tiny",device="wasm",precision="fp32",/)
    for (const line of metrics.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? [\d.e+-]+)$/)
  })

  test('a RemoteReranker comes back and is answered', async () => {
    const { url } = await serve(['--queue', '0', '--max-passages', '5000'])
    const busy = post(`${url}/rerank`, { query: 'q', texts: longList.slice(0, 600) })
    await poll(() => gauge(url, 'running')).toBe(1)
    const reranker = await createRemoteReranker({ url, deadline: 60_000, retries: 30 })
    expect((await reranker.rank(list.query, texts)).results).toHaveLength(texts.length)
    expect((await busy).status).toBe(200)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('mvp_rerank_requests_total{protocol="cohere",status="429"}')
  })
})

describe('its life', { timeout: 120_000 }, () => {
  test('it listens before the model is loaded, and says that it is not ready', async () => {
    const log: string[] = []
    const server = new RerankServer({
      host: '127.0.0.1',
      port: 0,
      queue: 1,
      maxPassages: 10,
      maxBytes: 1000,
      rank: {},
      log: logTo(line => log.push(line)),
    })
    const url = await server.listen()
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const loading = await fetch(`${url}/ready`)
    expect([loading.status, await loading.json()]).toEqual([503, { status: 'loading' }])
    const early = await post(`${url}/v2/rerank`, { query: 'q', documents: ['a'] })
    expect([early.status, early.headers.get('retry-after'), (await early.json()).code]).toEqual([503, '1', 'loading'])
    server.serve(await createReranker({ model, device: 'wasm' }))
    const ready = await fetch(`${url}/ready`)
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
    expect((await post(`${url}/v2/rerank`, { query: 'q', documents: ['a'] })).status).toBe(200)
    await server.stop(1000)
    expect(log.map(line => JSON.parse(line).status)).toEqual([503, 200])
  })

  test('told to stop, it answers what it took, takes no more, and ends', async () => {
    const { url, child, ended, log } = await serve(['--max-passages', '5000'])
    const running = post(`${url}/rerank`, { query: 'q', texts: longList.slice(0, 800) })
    await poll(() => gauge(url, 'running')).toBe(1)
    const waiting = post(`${url}/rerank`, { query: 'q', texts })
    await poll(() => gauge(url, 'waiting')).toBe(1)
    child.kill('SIGTERM')
    await poll(() => log().at(-1)!.event).toBe('stopping')
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    const answers = await Promise.all([running, waiting])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await answers[0]!.json()).toHaveLength(800)
    expect(await ended).toBe(0)
    expect(log().at(-1)!.event).toBe('stopped')
  })

  test('what is not done when the time is up is broken off', async () => {
    const { url, child, ended } = await serve(['--grace', '0', '--max-passages', '5000'])
    const running = post(`${url}/rerank`, { query: 'q', texts: longList })
    await poll(() => gauge(url, 'running')).toBe(1)
    child.kill('SIGINT')
    const answer = await running
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'stopping', error_type: 'Unhealthy' }])
    expect(await ended).toBe(130)
  })

  test('told to stop while it loads, it ends', async () => {
    const { child, ended } = await serve([], {}, 'listening')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  test('a port that is taken, and a model that is not there, are errors', async () => {
    const { url } = await serve()
    const { port } = new URL(url)
    for (const [args, code] of [
      [['--port', port], /error bad-option: Cannot listen: .*EADDRINUSE/],
      [['--model', 'no-such-model'], /error model-not-found/],
      [['--port', 'http'], /error bad-usage/],
    ] as const) {
      const all = [join(bundle, 'cli/main.js'), 'serve', '--model', model, '--port', '0', ...args]
      const child = spawn(process.execPath, all, { stdio: ['ignore', 'ignore', 'pipe'] })
      children.push(child)
      let err = ''
      child.stderr.on('data', chunk => {
        err += chunk
      })
      const [exit] = await once(child, 'close')
      expect(err).toMatch(code)
      expect(exit).toBeGreaterThan(0)
    }
  })
})

async function gauge(url: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^mvp_rerank_${name} (\\d+)$`, 'm').exec(metrics)![1])
}
