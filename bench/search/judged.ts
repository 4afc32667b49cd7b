import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Section } from '../../src/api/search.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { meanOf } from '../support/mean.js'
import { readIndex } from './readIndex.js'

/** The folder of data sets in BEIR's layout, one folder each. Missing sets are left out. */
export const DATA = process.env.BENCH_DATA ?? '../shared/data/train'

/** A corpus with questions and the sections that answer them. */
export interface Judged {
  name: string
  sections: Section[]
  questions: { text: string; relevant: ReadonlySet<number> }[]
  /** Whether one relevant section is enough: the others then add nothing. */
  any: boolean
  /** The index of the sections with their codes, if one exists already. */
  index?: SearchIndex
}

/** Chooses questions by the sha1 of their id. */
export type Side = (sha1: bigint) => boolean

/** Questions of openstax and docs that no training saw and on which no weight was chosen. */
export const test: Side = sha1 => sha1 % 3n === 0n
/** Questions of openstax and docs on which weights may be chosen. The model was trained on them. */
export const training: Side = sha1 => sha1 % 3n !== 0n
/** Questions of the other sets that the model was not trained on, kept for choosing weights. */
export const heldBack: Side = sha1 => sha1 % 50n === 0n

/**
 * Sets to choose weights on, each with its side. No test asks these questions. The model was trained on those of docs
 * and openstax, which flatters it, but not on the others.
 */
export const CHOOSING_SETS = [
  ['docs', training],
  ['openstax', training],
  ['techfaq', heldBack],
  ['nq', heldBack],
] as const

/**
 * Reads a data set in BEIR's layout: a sample of the questions of one side, and a corpus of the passages that answer
 * them, filled up with others.
 * @param questions how many to take at most
 * @param sections the size of the corpus
 * @returns undefined for a set that is not there
 */
export function readBeir(
  folder: string,
  name: string,
  side: Side,
  questions: number,
  sections: number,
): Judged | undefined {
  const root = join(folder, name)
  if (!existsSync(root)) return undefined
  const lines = (file: string) => readFileSync(join(root, file), 'utf8').trim().split('\n')
  const answers = new Map<string, string[]>()
  for (const line of lines('qrels/train.tsv')) {
    const [question, passage, grade] = line.split('\t')
    if (Number(grade) > 0) answers.set(question!, [...(answers.get(question!) ?? []), passage!])
  }
  const asked = lines('queries.jsonl')
    .map(line => JSON.parse(line) as { _id: string; text: string })
    .map(question => ({ ...question, number: BigInt(`0x${createHash('sha1').update(question._id).digest('hex')}`) }))
    .filter(({ _id, number }) => side(number) && answers.has(_id))
    .sort((a, b) => (a.number < b.number ? -1 : 1))
    .slice(0, questions)
  const needed = new Set(asked.flatMap(({ _id }) => answers.get(_id)!))
  const passages = lines('corpus.jsonl').map(line => JSON.parse(line) as { _id: string; title: string; text: string })
  const others = passages.filter(({ _id }) => !needed.has(_id)).slice(0, Math.max(0, sections - needed.size))
  const kept = new Set([...needed, ...others.map(({ _id }) => _id)])
  const corpus = passages.filter(({ _id }) => kept.has(_id))
  const ids = new Map(corpus.map(({ _id }, id) => [_id, id]))
  return {
    name,
    any: false,
    sections: corpus.map(({ title, text }, id) => ({
      id,
      section: id,
      url: `${id}`,
      title,
      path: [title],
      text,
      filters: {},
    })),
    questions: asked.map(({ _id, text }) => ({
      text,
      relevant: new Set(answers.get(_id)!.flatMap(passage => ids.get(passage) ?? [])),
    })),
  }
}

/** The demo's corpus and the questions written for it. They avoid the words of the sections. */
export function readDemo(folder: string): Judged {
  const { index, sections } = readIndex(folder)
  const questions: [string, string[]][] = JSON.parse(readFileSync('bench/search/questions.json', 'utf8'))
  return {
    name: 'documentation',
    any: true,
    index,
    sections,
    questions: questions.map(([text, answers]) => {
      const relevant = answers.flatMap(answer => {
        const found = sections.filter(({ url }) => `${url}#`.includes(`/${answer}#`)).map(({ id }) => id)
        if (found.length === 0) throw new Error(`No section is at ${answer}, which should answer "${text}".`)
        return found
      })
      return { text, relevant: new Set(relevant) }
    }),
  }
}

/** nDCG@10 of the answers to the first questions. */
export function meanNdcg({ questions, any }: Judged, answers: readonly number[][]): number {
  const values = answers.map((list, i) => {
    const { relevant } = questions[i]!
    const gains = list.slice(0, 10).map(id => (relevant.has(id) ? 1 : 0))
    const sum = (gains: readonly number[]) => gains.reduce((sum, gain, rank) => sum + gain / Math.log2(rank + 2), 0)
    const ideal = sum(Array.from({ length: Math.min(10, any ? 1 : relevant.size) }, () => 1))
    return ideal > 0 ? sum(gains) / ideal : 0
  })
  return meanOf(values)
}
