import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Ranking } from '../api/ranking.js'
import type { RemoteProtocol } from '../remote/types.js'
import { createRemoteReranker } from '../remote.js'
import { createTokenizer } from '../tokenizer/tokenize.js'
import { buildServer, gauge, list, longList, model, poll, post, scores, serve, texts } from './testing.js'

const KEY = 'sk-very-secret-0123456789'

buildServer()

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
    expect(rest).toMatchObject({ id: expect.any(String), model: 'tiny', object: 'list' })
    for (const result of results) expect(result.document).toEqual({ text: [first, second][result.index] })
    const { data } = await (await post(`${url}/score`, { text_1: query, text_2: [first, second] })).json()
    for (const { index, relevance_score } of results) expect(data[index].score).toBeCloseTo(relevance_score, 12)
    const raw = await (await post(`${url}/rerank`, { query, texts: [first, second], raw_scores: true })).json()
    const squashed = await (await post(`${url}/rerank`, { query, texts: [first, second], return_text: true })).json()
    for (const [i, { index, score, text }] of squashed.entries()) {
      expect([index, text]).toEqual([raw[i].index, [first, second][index]])
      expect(score).toBeCloseTo(1 / (1 + Math.exp(-raw[i].score)), 12)
    }
  })

  test('keeps codes of passages where it has memory for them', async () => {
    const ask = async (args: string[]) => {
      const { url } = await serve(['--fusion', 'embed', ...args])
      const first = await (await post(`${url}/rerank`, { query: list.query, texts, raw_scores: true })).json()
      const again = await (await post(`${url}/rerank`, { query: list.query, texts, raw_scores: true })).json()
      expect(again).toEqual(first)
      return first.map(({ score }: { score: number }) => score)
    }
    const read = await ask([])
    // Codes are signs, so scores by them differ from those by the texts' own vectors.
    expect(await ask(['--code-cache', '1000000'])).not.toEqual(read)
    expect(await ask(['--code-cache', '0'])).toEqual(read)
  })

  test('cuts documents after the tokens that a request allows, title included', async () => {
    const { url } = await serve()
    const words = texts[0]!.split(' ')
    const first = words.slice(0, 4).join(' ')
    const whole = words.slice(0, 12).join(' ')
    const tokenizer = createTokenizer(JSON.parse(readFileSync(join(model, 'tokenizer.json'), 'utf8')))
    const most = tokenizer.encode(first).length
    const documents = [first, whole, { title: words[0], text: whole.slice(words[0]!.length + 1) }]
    const ask = async (limit?: number) => {
      const body = { query: list.query, documents, raw_scores: true, max_tokens_per_doc: limit }
      const { results } = (await (await post(`${url}/v2/rerank`, body)).json()) as {
        results: { index: number; relevance_score: number }[]
      }
      return results.sort((a, b) => a.index - b.index).map(result => result.relevance_score)
    }
    const [alone, cut, cutWithTitle] = await ask(most)
    expect([cut, cutWithTitle]).toEqual([alone, alone])
    const [short, long, longWithTitle] = await ask()
    expect(long).not.toBeCloseTo(short!, 3)
    expect(longWithTitle).toBeCloseTo(long!, 6)
    for (const limit of [0, -1, 1.5, '10']) {
      const body = { query: list.query, documents, max_tokens_per_doc: limit }
      expect((await post(`${url}/v2/rerank`, body)).status).toBe(422)
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

  test('takes the model names that the command line gives it', async () => {
    const names = await serve(['--served-model-name', 'rerank-v3.5', '--served-model-name', 'tiny'])
    const body = { query: 'q', documents: ['a'] }
    for (const [model, status] of [
      ['tiny', 200],
      ['rerank-v3.5', 200],
      ['other', 404],
    ] as const) {
      const response = await post(`${names.url}/v1/rerank`, { ...body, model })
      expect([model, response.status]).toEqual([model, status])
      if (status === 200) expect((await response.json()).model).toBe('rerank-v3.5')
    }
    const any = await serve(['--any-model'])
    const response = await post(`${any.url}/v1/rerank`, { ...body, model: 'other' })
    expect((await response.json()).model).toBe('tiny')
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
    const sites = ['https://site.example', 'https://other.example']
    const open = await serve(sites.flatMap(site => ['--allow-origin', site]))
    const allowed = async (origin: string, method = 'GET', more = {}) => {
      const { status, headers } = await fetch(`${open.url}/health`, { method, headers: { origin, ...more } })
      const of = (name: string) => headers.get(`access-control-allow-${name}`)
      return [status, of('origin'), of('headers')]
    }
    for (const site of sites) {
      expect(await allowed(site)).toEqual([200, site, null])
      expect(await allowed(site, 'OPTIONS')).toEqual([204, site, 'authorization, content-type'])
    }
    expect(await allowed('https://third.example')).toEqual([200, null, null])
    // The headers of the client of Cohere.
    const asked = { 'access-control-request-headers': 'authorization,content-type,x-fern-language' }
    expect(await allowed(sites[0]!, 'OPTIONS', asked)).toEqual([204, sites[0], Object.values(asked)[0]])
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
