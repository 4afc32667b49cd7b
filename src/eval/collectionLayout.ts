import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { toolError } from '../api/toolErrors.js'
import { plainName } from './lines.js'

/** The files that a collection is made of. */
export interface CollectionFiles {
  corpus: string
  queries: string
  qrels: string
}

/** File names of known collections. `*` is the split: test, dev, dev.small … */
const LAYOUTS = [
  { name: 'BEIR', corpus: 'corpus.jsonl', queries: 'queries.jsonl', qrels: 'qrels/*.tsv' },
  { name: 'BEIR as JSON lines', corpus: 'corpus.jsonl', queries: 'queries.jsonl', qrels: 'qrels.jsonl' },
  { name: 'Multi-CPR', corpus: 'corpus.tsv', queries: '*.query.txt', qrels: 'qrels.*.tsv' },
  { name: 'MS MARCO or T2Ranking', corpus: 'collection.tsv', queries: 'queries.*.tsv', qrels: 'qrels.*.tsv' },
] as const

/** The default split is the first of these that exists. */
const SPLITS = ['test', 'dev', 'dev.small', 'validation', 'train']

/**
 * Finds a collection's files in a folder, each plain or compressed.
 * @param split @default the first of test, dev, dev.small, validation, train that is there
 * @throws RerankError bad-data when the folder is none of the layouts, or lacks the split
 */
export async function findCollection(folder: string, split?: string): Promise<CollectionFiles> {
  const entries = await readdir(folder, { recursive: true })
  const files = new Map(entries.map(file => [plainName(file.replaceAll('\\', '/')), join(folder, file)]))
  for (const layout of LAYOUTS) {
    const corpus = files.get(layout.corpus)
    const found = splitsOf(layout, files)
    if (corpus === undefined || found.length === 0) continue
    const chosen = split ?? SPLITS.find(name => found.includes(name)) ?? found[0]!
    const file = (pattern: string) => files.get(pattern.replace('*', chosen))
    const [queries, qrels] = [file(layout.queries), file(layout.qrels)]
    if (queries !== undefined && qrels !== undefined) return { corpus, queries, qrels }
    throw toolError('bad-data', `${folder} (${layout.name}) has no split ${chosen}; it has ${found.join(', ')}`)
  }
  throw toolError('bad-data', `${folder} is none of the known layouts`, {
    remedy: `Known are ${LAYOUTS.map(({ name, corpus, queries, qrels }) => `${name} (${corpus}, ${queries}, ${qrels})`).join('; ')}; or name the files: --corpus, --queries, --qrels.`,
  })
}

function splitsOf({ queries, qrels }: (typeof LAYOUTS)[number], files: ReadonlyMap<string, string>): string[] {
  const splits = [...files.keys()].map(file => {
    const [before, after] = qrels.split('*') as [string, string?]
    if (after === undefined) return file === qrels ? 'test' : undefined
    return file.startsWith(before) && file.endsWith(after) && file.length > qrels.length - 1
      ? file.slice(before.length, file.length - after.length)
      : undefined
  })
  return splits.filter(split => split !== undefined).filter(split => files.has(queries.replace('*', split)))
}
