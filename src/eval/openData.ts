import { stat } from 'node:fs/promises'
import { toolError } from '../api/toolErrors.js'
import { CandidatePassages } from './candidatePassages.js'
import { type CollectionFiles, findCollection } from './collectionLayout.js'
import { indexCorpus } from './corpusIndex.js'
import { readJsonLines } from './jsonLines.js'
import { plainName } from './lines.js'
import { type AllQrels, readQrels } from './qrels.js'
import type { EvalData, EvalQuery } from './queries.js'
import { readRun, trecOrder } from './run.js'
import { readTexts } from './texts.js'
import { readTopFile } from './topFile.js'

export interface DataSource {
  /** A file of queries with their candidates, or a collection's folder. */
  data?: string
  /** Of a folder: which of its splits. */
  split?: string
  /** A first stage's run; without one, BM25 over the corpus. */
  candidates?: string
  corpus?: string
  queries?: string
  qrels?: string
  /** Candidates a query. */
  top: number
  /** Only the first queries. */
  limit: number
  /** Describes what happens before the first query is ready. */
  onProgress?: (text: string) => void
}

/**
 * Opens the source: the MVP authors' JSON lines, MS MARCO's top1000 file, or a collection of corpus, queries and
 * judgments. Skips queries without judgments where judgments are a separate file.
 * @throws RerankError bad-data with file and line
 */
export async function openData(source: DataSource): Promise<EvalData> {
  const { data } = source
  const given = { corpus: source.corpus, queries: source.queries, qrels: source.qrels }
  if (data !== undefined && !(await isFolder(data))) {
    if (/\.tsv$/.test(plainName(data))) {
      if (given.qrels === undefined) throw toolError('bad-data', `${data} has no judgments: name them with --qrels`)
      return readTopFile(data, await judgments(given.qrels))
    }
    const qrels = given.qrels === undefined ? undefined : await judgments(given.qrels)
    return { queries: qrels ? judgedBy(qrels, readJsonLines(data)) : readJsonLines(data), firstStage: 'first stage' }
  }
  const found = data === undefined ? {} : await foundIn(data, given, source.split)
  return openCollection({ ...found, ...withoutUndefined(given) } as CollectionFiles, source)
}

/** A folder's layout is needed only for files that were not named. */
async function foundIn(
  folder: string,
  given: Partial<Record<keyof CollectionFiles, string | undefined>>,
  split?: string,
) {
  return given.corpus && given.queries && given.qrels ? {} : findCollection(folder, split)
}

async function openCollection(files: CollectionFiles, source: DataSource): Promise<EvalData> {
  const qrels = await judgments(files.qrels)
  const queries: { id: string; text: string }[] = []
  for await (const { value } of readTexts(files.queries)) {
    if (!qrels.has(value.id)) continue
    queries.push({ id: value.id, text: value.title === '' ? value.text : `${value.title} ${value.text}` })
    if (queries.length === source.limit) break
  }
  if (queries.length === 0) throw toolError('bad-data', `${files.queries} holds no query that ${files.qrels} judges`)
  const stage =
    source.candidates === undefined
      ? await ownStage(files, queries, source)
      : await givenRun(source.candidates, files, queries, source)
  async function* inOrder(): AsyncGenerator<EvalQuery> {
    try {
      for (const { id, text } of queries)
        yield { id, text, qrels: qrels.get(id)!, candidates: async () => stage.candidates(id, text) }
    } finally {
      stage.close()
    }
  }
  return { queries: inOrder(), total: queries.length, firstStage: stage.name }
}

type Queries = readonly { id: string; text: string }[]

async function ownStage({ corpus }: CollectionFiles, queries: Queries, { top, onProgress }: DataSource) {
  const index = await indexCorpus(
    corpus,
    queries.map(({ text }) => text),
    passages => onProgress?.(`indexing ${corpus}: ${passages} passages`),
  )
  return { name: 'bm25', candidates: (_: string, text: string) => index.search(text, top), close: () => index.close() }
}

async function givenRun(path: string, { corpus }: CollectionFiles, queries: Queries, { top, onProgress }: DataSource) {
  const run = await readRun(path)
  const lists = new Map(
    queries.map(({ id }) => {
      const scores = run.get(id) ?? new Map<string, number>()
      return [
        id,
        trecOrder(scores)
          .slice(0, top)
          .map(passage => ({ id: passage, firstStageScore: scores.get(passage)! })),
      ]
    }),
  )
  const wanted = new Map(
    [...lists].flatMap(([query, list]) => list.map(({ id }): [string, string] => [id, `query ${query} in ${path}`])),
  )
  if (wanted.size === 0) throw toolError('bad-data', `${path} has none of the queries`)
  const passages = await CandidatePassages.find(corpus, wanted, read =>
    onProgress?.(`reading ${corpus}: ${read} passages`),
  )
  return {
    name: 'first stage',
    candidates: (query: string) => lists.get(query)!.map(entry => ({ ...passages.read(entry.id), ...entry })),
    close: () => passages.close(),
  }
}

async function judgments(path: string): Promise<AllQrels> {
  const qrels = await readQrels(path)
  if (qrels.size === 0) throw toolError('bad-data', `${path} holds no judgment`)
  return qrels
}

async function* judgedBy(qrels: AllQrels, queries: AsyncIterable<EvalQuery>): AsyncGenerator<EvalQuery> {
  for await (const query of queries) yield { ...query, qrels: qrels.get(query.id) ?? new Map() }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    entry => entry.isDirectory(),
    () => false,
  )
}

function withoutUndefined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>
}
