import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reranker } from '../api/ranking.js'
import { createReranker } from '../node.js'
import { rerankingModel } from './aiSdk.js'
import { documentCompressor } from './langchain.js'
import { nodePostprocessor } from './llamaindex.js'

const query = 'What does yeast do in bread?'
const texts = ['Bread was a measure of wealth in Egypt.', 'Yeast gives off the gas that makes dough rise.']

let reranker: Reranker
beforeAll(async () => {
  reranker = await createReranker({ model: 'mvp-mini-q4', device: 'wasm' })
})
afterAll(() => reranker.dispose())

/** A node as LlamaIndex has it. */
const toNode = (text: string) => ({ node: { getContent: () => text } })

test('a compressor copies the documents with their score, and takes the best', async () => {
  const documents = texts.map((pageContent, page) => ({ pageContent, metadata: { page } }))
  const [best, ...rest] = await documentCompressor(reranker, { topK: 1 }).compressDocuments(documents, query)
  expect(rest).toEqual([])
  const { results } = await reranker.rank(query, texts)
  expect(best).toEqual({ pageContent: texts[1], metadata: { page: 1, relevanceScore: results[0]!.score } })
  expect(documents[1]!.metadata).toEqual({ page: 1 })
})

test('a passage of your own is what the model reads', async () => {
  const documents = texts.map(title => ({ pageContent: 'Read on.', metadata: { title } }))
  const compressor = documentCompressor(reranker, {
    passage: ({ pageContent, metadata }) => ({ title: metadata.title, text: pageContent }),
  })
  const [best] = await compressor.compressDocuments(documents, query)
  expect(best!.metadata.title).toBe(texts[1])
})

test('a postprocessor reads the texts of a message, and refuses a query without one', async () => {
  const postprocessor = nodePostprocessor(reranker)
  const nodes = texts.map(toNode)
  const parts = [{ type: 'image_url' }, ...query.split(' in ').map(text => ({ type: 'text', text }))]
  const joined = query.replace(' in ', '\n\n')
  expect(await postprocessor.postprocessNodes(nodes, parts)).toEqual(
    await postprocessor.postprocessNodes(nodes, joined),
  )
  for (const none of [undefined, [], [{ type: 'image_url' }]]) {
    await expect(postprocessor.postprocessNodes(nodes, none)).rejects.toMatchObject({ code: 'bad-query' })
  }
})

test("the retriever's score is the first stage's", async () => {
  const scores = [2, 1]
  const nodes = texts.map((text, i) => ({ ...toNode(text), score: scores[i] }))
  const ranked = await nodePostprocessor(reranker).postprocessNodes(nodes, query)
  const passages = texts.map((text, i) => ({ text, firstStageScore: scores[i]! }))
  const { results } = await reranker.rank(query, passages)
  expect(ranked.map(({ score }) => score)).toEqual(results.map(({ score }) => score))
})

test('a reranking model reads objects by title and text, else by all that is in them', async () => {
  const model = rerankingModel(reranker)
  const rank = async (values: Record<string, unknown>[]) =>
    (await model.doRerank({ query, documents: { type: 'object', values } })).ranking
  const expected = (await model.doRerank({ query, documents: { type: 'text', values: texts } })).ranking
  expect(expected[0]!.index).toBe(1)
  expect(await rank(texts.map(text => ({ text, id: 7 })))).toEqual(expected)
  expect(await rank(texts.map(text => ({ about: { lines: text.split(' '), seen: true } })))).toEqual(expected)
})

test('a reranking model ends with its own signal and with that of the call', async () => {
  const documents = { type: 'text' as const, values: texts }
  const reason = new Error('enough')
  const ended = rerankingModel(reranker, { signal: AbortSignal.abort(reason) })
  await expect(ended.doRerank({ query, documents })).rejects.toBe(reason)
  const call = { query, documents, abortSignal: AbortSignal.abort(reason) }
  await expect(rerankingModel(reranker).doRerank(call)).rejects.toBe(reason)
})

test('an empty list stays empty', async () => {
  expect(await documentCompressor(reranker).compressDocuments([], query)).toEqual([])
  expect(await nodePostprocessor(reranker).postprocessNodes([], query)).toEqual([])
})
