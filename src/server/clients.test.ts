import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Reranker } from '../api/ranking.js'
import { logTo } from './log.js'
import { RerankServer, type ServerOptions } from './server.js'
import { toUnit } from './writeAnswer.js'

/** A model whose score of a text is its length, less 5. */
const scoreOf = (text: string) => text.length - 5
const model = {
  info: {
    model: 'lengths',
    weights: 'abc',
    dtype: 'int8',
    maxLength: 512,
    versions: { 'mvp-rerank': '1.2.3', onnxruntime: '1' },
  },
  async rank(_query: string, passages: readonly (string | { title?: string; text: string })[], { topK = 1000 }) {
    const results = passages
      .map(passage => (typeof passage === 'string' ? passage : [passage.title, passage.text].filter(Boolean).join(' ')))
      .map((text, index) => ({ index, relevance_score: scoreOf(text) }))
      .sort((a, b) => b.relevance_score - a.relevance_score)
    return { results: results.slice(0, topK) }
  },
  async dispose() {},
} as unknown as Reranker

const started: RerankServer[] = []
afterAll(() => Promise.all(started.map(server => server.stop(1000))))

async function start(options: Partial<ServerOptions> = {}) {
  const log: Record<string, unknown>[] = []
  const server = new RerankServer({
    host: '127.0.0.1',
    port: 0,
    queue: 3,
    maxPassages: 10,
    maxBytes: 10_000,
    rank: {},
    log: logTo(line => log.push(JSON.parse(line))),
    ...options,
  })
  started.push(server)
  const url = await server.listen()
  server.serve(model, (text, most) => text.split(' ').slice(0, most).join(' '))
  const ask = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const all = { 'content-type': 'application/json', ...headers }
    const response = await fetch(url + path, { method: 'POST', headers: all, body: JSON.stringify(body) })
    return { status: response.status, answer: await response.json() }
  }
  return { url, log, ask }
}

let open: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  open = await start({ anyModel: true })
})

const query = 'What does yeast do?'
const short = 'ab'
const long = 'yeast eats sugar'
const middle = 'a cat'
const documents = [short, long, middle]
const usage = { prompt_tokens: 0, total_tokens: 0 }
const best = [
  { index: 1, relevance_score: toUnit(scoreOf(long)) },
  { index: 2, relevance_score: toUnit(scoreOf(middle)) },
]
const bestTexts = [long, middle]
const withObjects = best.map((row, i) => ({ ...row, document: { text: bestTexts[i] } }))
const withStrings = best.map((row, i) => ({ ...row, document: bestTexts[i] }))

const cohere = (results: unknown) => ({ id: expect.any(String), results, meta: { api_version: { version: '2' } } })
const jina = (results: unknown) => ({
  id: expect.any(String),
  model: 'lengths',
  object: 'list',
  usage,
  results,
  meta: { api_version: { version: '1' } },
})
const vllm = (results: unknown) => ({ id: expect.any(String), model: 'lengths', usage, results })
const infinity = (results: unknown) => ({
  object: 'rerank',
  results,
  model: 'lengths',
  usage,
  id: expect.any(String),
  created: expect.any(Number),
})

/** What clients send, and what they read. */
const requests: [client: string, path: string, body: object, protocol: string, answer: unknown][] = [
  [
    'cohere, ClientV2',
    '/v2/rerank',
    { model: 'rerank-v3.5', query, documents, top_n: 2, max_tokens_per_doc: 4096 },
    'cohere',
    cohere(best),
  ],
  [
    'cohere, Client',
    '/v1/rerank',
    { model: 'rerank-v3.5', query, documents, top_n: 2, return_documents: true, max_chunks_per_doc: 10 },
    'jina',
    jina(withObjects),
  ],
  [
    'AI SDK, Cohere',
    '/v2/rerank',
    { model: 'rerank-v3.5', query, documents, top_n: 2, max_tokens_per_doc: 1000, priority: 1 },
    'cohere',
    cohere(best),
  ],
  [
    'LangChain, Jina',
    '/v1/rerank',
    { documents, query, top_n: 2, model: 'jina-reranker-v1-base-en' },
    'jina',
    jina(best),
  ],
  [
    'LiteLLM, cohere',
    '/v2/rerank',
    { model: 'rerank-v3.5', query, top_n: 2, documents, return_documents: true },
    'cohere',
    cohere(withObjects),
  ],
  [
    'LangChain, Cohere',
    '/v2/rerank',
    { model: 'rerank-v3.5', query, documents, top_n: 2, max_tokens_per_doc: null },
    'cohere',
    cohere(best),
  ],
  [
    'LiteLLM, jina_ai',
    '/v1/rerank',
    { model: 'm', query, documents, top_n: 2, return_documents: true },
    'jina',
    jina(withObjects),
  ],
  [
    'LiteLLM, huggingface',
    '/rerank',
    {
      raw_scores: false,
      truncation_direction: 'Right',
      query,
      texts: documents,
      top_n: 2,
      return_text: true,
    },
    'tei',
    best.map(({ index, relevance_score: score }, i) => ({ index, text: bestTexts[i], score })),
  ],
  [
    'LiteLLM, hosted_vllm',
    '/rerank',
    { model: 'm', query, documents, top_n: 2, return_documents: true },
    'vllm',
    vllm(withObjects),
  ],
  [
    'LiteLLM, infinity, below its prefix',
    '/infinity/rerank',
    { model: 'm', query, documents, top_n: 2, return_documents: true },
    'infinity',
    infinity(withStrings),
  ],
  [
    'infinity_client',
    '/rerank',
    { query, documents, return_documents: true, raw_scores: false, model: 'default/not-specified', top_n: 2 },
    'infinity',
    infinity(withStrings),
  ],
  [
    'LangChain, Infinity',
    '/rerank',
    { query, documents: [long], return_documents: false, raw_scores: false, model: 'm' },
    'infinity',
    infinity(best.slice(0, 1).map(row => ({ ...row, index: 0 }))),
  ],
  [
    'infinity_client, for raw scores',
    '/rerank',
    { query, documents, return_documents: false, raw_scores: true, top_n: 1 },
    'infinity',
    infinity([{ index: 1, relevance_score: scoreOf(long) }]),
  ],
  [
    'vLLM, by its documentation',
    '/rerank',
    { model: 'm', query, documents: [long] },
    'vllm',
    vllm([{ index: 0, relevance_score: toUnit(scoreOf(long)), document: { text: long } }]),
  ],
  [
    'vLLM, without its activation',
    '/rerank',
    { query, documents: [long], top_n: 0, use_activation: false },
    'vllm',
    vllm([{ index: 0, relevance_score: scoreOf(long), document: { text: long } }]),
  ],
  [
    'vLLM, without its activation, at another of its paths',
    '/v1/rerank',
    { query, documents: [long], activation: false },
    'jina',
    jina([{ index: 0, relevance_score: scoreOf(long) }]),
  ],
  [
    'LlamaIndex, TEI',
    '/rerank',
    { query, texts: [short, long] },
    'tei',
    [
      { index: 1, score: toUnit(scoreOf(long)) },
      { index: 0, score: toUnit(scoreOf(short)) },
    ],
  ],
  ['Voyage', '/v1/rerank', { model: 'rerank-2.5', query, documents, top_k: 2, truncation: true }, 'jina', jina(best)],
  [
    'texts at another path',
    '/v2/rerank',
    { query, texts: [long], raw_scores: true },
    'tei',
    [{ index: 0, score: scoreOf(long) }],
  ],
]

describe('what clients send is answered as they expect', () => {
  test.each(requests)('%s', async (_, path, body, protocol, answer) => {
    expect(await open.ask(path, body)).toEqual({ status: 200, answer })
    await expect.poll(() => open.log.at(-1)).toMatchObject({ protocol, status: 200 })
    // A base address that ends in a slash.
    expect(await open.ask(`/${path}/`, body)).toEqual({ status: 200, answer })
  })

  test('a client of any protocol can ask for raw scores', async () => {
    for (const accept of ['application/json;scores=raw, application/json', 'application/json; scores="raw"']) {
      for (const path of ['/v2/rerank', '/v1/rerank', '/rerank', '/infinity/rerank']) {
        const { answer } = await open.ask(path, { query, documents: [long] }, { accept })
        expect(answer.results[0].relevance_score).toBe(scoreOf(long))
      }
    }
  })

  test('rank_fields choose what is read of a document, which comes back as it was', async () => {
    const objects = [
      { title: 'A', text: 'short', body: 'a body that is much longer', views: 7 },
      { title: 'The longer title', text: 'x' },
    ]
    const rank = async (fields: object) => {
      const { answer } = await open.ask('/v1/rerank', { query, documents: objects, return_documents: true, ...fields })
      return answer.results.map(({ index, document }: { index: number; document: object }) => {
        expect(document).toEqual(objects[index])
        return index
      })
    }
    expect(await rank({})).toEqual([1, 0])
    expect(await rank({ rank_fields: ['body', 'title'] })).toEqual([0, 1])
    expect(await rank({ rank_fields: ['views', 'text'] })).toEqual([0, 1])
    const missing = await open.ask('/v1/rerank', { query, documents: objects, rank_fields: ['body'] })
    expect(missing).toMatchObject({ status: 422, answer: { code: 'bad-passage' } })
    expect(missing.answer.detail).toBe('`documents[1]` is no string or object with one of `rank_fields`.')
    const wrong = await open.ask('/v1/rerank', { query, documents, rank_fields: 'text' })
    expect(wrong).toMatchObject({ status: 422, answer: { code: 'bad-request' } })
  })
})

describe("vLLM's score", () => {
  const scores = async (body: object, path = '/score') => {
    const { answer } = await open.ask(path, body)
    expect(answer).toEqual({
      id: expect.any(String),
      object: 'list',
      created: expect.any(Number),
      model: 'lengths',
      data: answer.data.map((_: unknown, index: number) => ({ index, object: 'score', score: expect.any(Number) })),
      usage,
    })
    return answer.data.map(({ score }: { score: number }) => score)
  }
  const mapped = documents.map(text => toUnit(scoreOf(text)))

  test.each([
    ['a text and a list', { text_1: query, text_2: documents }],
    ['a list of one text', { model: 'm', text_1: [query], text_2: documents }],
    ['pairs', { text_1: ['a', 'b', 'a'], text_2: documents }],
    ['newer names', { queries: query, documents }],
    ['other names', { data_1: query, data_2: documents }],
  ])('takes %s, and answers in their order', async (_, body) => {
    expect(await scores(body)).toEqual(mapped)
    expect(await scores(body, '/v1/score/')).toEqual(mapped)
  })

  test('takes two texts, and gives raw scores if told', async () => {
    expect(await scores({ text_1: query, text_2: long, use_activation: false })).toEqual([scoreOf(long)])
    expect(await scores({ text_1: query, text_2: long, raw_scores: true })).toEqual([scoreOf(long)])
  })

  test.each([
    [{ text_1: query }, 422, 'bad-passage'],
    [{ text_2: documents }, 422, 'bad-query'],
    [{ text_1: ['a', 'b'], text_2: documents }, 422, 'bad-request'],
    [{ text_1: query, text_2: [] }, 422, 'bad-passage'],
    [{ text_1: query, text_2: [5] }, 422, 'bad-passage'],
    [{ text_1: query, text_2: Array(11).fill('a') }, 413, 'too-many-passages'],
    [{ text_1: query, text_2: long, use_activation: 1 }, 422, 'bad-request'],
  ])('says what is wrong with %j', async (body, status, code) => {
    const said = await open.ask('/score', body)
    expect(said).toMatchObject({ status, answer: { code, error: { code: status, type: 'BadRequestError' } } })
    expect(said.answer.error.message).toMatch(/\.$/)
  })
})

describe('an error', () => {
  test('has the form of the protocol', async () => {
    const both = await open.ask('/rerank', { query, documents, texts: documents })
    expect(both).toMatchObject({
      status: 422,
      answer: { error: { message: expect.stringContaining('not both') }, code: 'bad-request' },
    })
    const tei = await open.ask('/v2/rerank', { query, texts: [] })
    expect(tei).toMatchObject({ status: 422, answer: { error_type: 'Validation', code: 'bad-passage' } })
    const infinity = await open.ask('/rerank', { query: '', documents, raw_scores: true })
    expect(infinity).toMatchObject({ status: 422, answer: { error: { type: 'BadRequestError' }, code: 'bad-query' } })
    const top = await open.ask('/v2/rerank', { query, documents, top_k: 0 })
    expect(top).toMatchObject({
      status: 422,
      answer: { message: expect.stringContaining('`top_k`'), code: 'bad-request' },
    })
  })

  test('of a path that is not there lists what is', async () => {
    for (const [path, method] of [
      ['/v1/embeddings', 'POST'],
      ['/', 'GET'],
      ['/v3/rerank', 'POST'],
    ] as const) {
      const response = await fetch(open.url + path, { method })
      const { code, paths, message } = await response.json()
      expect([response.status, code]).toEqual([404, 'not-found'])
      expect(paths).toEqual([
        'POST /rerank',
        'POST /v1/rerank',
        'POST /v2/rerank',
        'POST /infinity/rerank',
        'POST /score',
        'POST /v1/score',
        'GET /health',
        'GET /ready',
        'GET /metrics',
        'GET /info',
        'GET /models',
        'GET /v1/models',
        'GET /infinity/models',
        'GET /infinity/health',
      ])
      for (const known of paths) expect(message).toContain(known)
    }
    const posted = await fetch(`${open.url}/health/`, { method: 'POST' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('the names of the model', () => {
  test('are those that the server was started with; answers have the first', async () => {
    const { url, ask } = await start({ modelNames: ['rerank-v3.5', 'BAAI/bge-reranker-base'] })
    for (const model of [undefined, null, 'default/not-specified', 'rerank-v3.5', 'BAAI/bge-reranker-base']) {
      const { status, answer } = await ask('/v1/rerank', { model, query, documents })
      expect({ model, status, named: answer.model }).toEqual({ model, status: 200, named: 'rerank-v3.5' })
    }
    for (const model of ['lengths', '', 'rerank']) {
      const { status, answer } = await ask('/v1/rerank', { model, query, documents })
      expect([status, answer.code]).toEqual([404, 'model-not-found'])
      expect(answer.detail).toMatch(/rerank-v3\.5, BAAI.*--served-model-name/)
    }
    for (const path of ['/v1/models', '/models', '/infinity/models', '/v1/models/']) {
      const { object, data } = await (await fetch(url + path)).json()
      expect(object).toBe('list')
      expect(data.map(({ id, root }: { id: string; root: string }) => [id, root])).toEqual([
        ['rerank-v3.5', 'lengths'],
        ['BAAI/bge-reranker-base', 'lengths'],
      ])
      expect(data[0]).toMatchObject({ object: 'model', max_model_len: 512, stats: {} })
      // Infinity's client refuses an owner that it does not know.
      expect(data[0].owned_by).toBe(path.startsWith('/v1') ? 'mvp-rerank' : undefined)
    }
  })

  test('may be any, if told so', async () => {
    const { ask } = await start({ modelNames: ['mine'], anyModel: true })
    const { answer } = await ask('/rerank', { model: 'gpt', query, documents })
    expect(answer.model).toBe('mine')
    expect(await ask('/rerank', { model: 5, query, documents })).toMatchObject({ status: 422 })
  })

  test('are in /info, with what TEI tells of itself', async () => {
    const { url } = await start({ key: 'secret', modelNames: ['mine'] })
    expect((await fetch(`${url}/info`)).status).toBe(401)
    expect((await fetch(`${url}/v1/models`)).status).toBe(401)
    const response = await fetch(`${url}/info`, { headers: { authorization: 'Bearer secret' } })
    expect(await response.json()).toMatchObject({
      model_id: 'mine',
      model_sha: 'abc',
      model_dtype: 'int8',
      model_type: { reranker: { id2label: { 0: 'LABEL_0' } } },
      max_concurrent_requests: 4,
      max_input_length: 512,
      max_client_batch_size: 10,
      auto_truncate: true,
      version: '1.2.3',
    })
  })
})

test('scores are mapped to (0, 1), in their order', () => {
  const raw = [Number.NEGATIVE_INFINITY, -1000, -40, -3, -1e-9, 0, 1e-9, 3, 30, 40, 1000]
  const mapped = raw.map(toUnit)
  for (const score of mapped) {
    expect(score).toBeGreaterThan(0)
    expect(score).toBeLessThan(1)
  }
  expect(mapped).toEqual([...mapped].sort((a, b) => a - b))
  expect(toUnit(0)).toBe(0.5)
})
