import type { DataSource } from '../eval/openData.js'
import { type OptionSpecs, type OptionValues, usageError, wholeNumber } from './command.js'
import { progress } from './output.js'

/** The data options of commands that rank judged queries. */
export const dataOptions = {
  data: {
    value: '<path>',
    about:
      'A collection (folder) or queries with candidates (file); see below. Required unless --corpus, --queries and --qrels are given.',
  },
  split: { value: '<name>', default: 'test, else dev', about: 'Which split of the folder to use.' },
  candidates: {
    value: '<run>',
    default: 'BM25',
    about: "A first stage's run over the collection: TREC, or `qid pid rank`.",
  },
  corpus: { value: '<file>', about: 'Passages, in place of those in the folder.' },
  queries: { value: '<file>', about: 'Queries, in place of those in the folder.' },
  qrels: { value: '<file>', about: 'Judgments, in place of those in the data.' },
  limit: { value: '<n>', default: 'all', about: 'Use only the first n queries.' },
  top: {
    value: '<n>',
    default: '100',
    about: 'Candidates per query to rerank, and the cut-off of recall and MAP.',
  },
} as const satisfies OptionSpecs

/** @throws RerankError bad-usage */
export function dataSource(command: string, values: OptionValues<typeof dataOptions>): DataSource {
  const { data, split, candidates, corpus, queries, qrels } = values
  if (data === undefined && (corpus === undefined || queries === undefined || qrels === undefined)) {
    throw usageError('--data is missing', command)
  }
  return {
    ...(data !== undefined && { data }),
    ...(split !== undefined && { split }),
    ...(candidates !== undefined && { candidates }),
    ...(corpus !== undefined && { corpus }),
    ...(queries !== undefined && { queries }),
    ...(qrels !== undefined && { qrels }),
    limit: values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber(command, 'limit', values.limit, 1),
    top: wholeNumber(command, 'top', values.top ?? '100', 1),
    onProgress: text => progress.update(text),
  }
}
