import { test } from 'playwright/test'
import { asPassage } from '../../src/search/asPassage.js'
import { scoreCodes, toCodes } from '../../src/search/codes.js'
import { fuseWordsAndEmbeddings } from '../../src/search/fuseWordsAndEmbeddings.js'
import { buildInvertedIndex } from '../../src/search/invertedIndex.js'
import { parseQuery } from '../../src/search/parsedQuery.js'
import { topK } from '../../src/search/topK.js'
import { WordSearch } from '../../src/search/wordSearch.js'
import { columnsOf, fusedOrder } from '../quality/fusedOrder.js'
import { writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { CHOOSING_SETS, DATA, type Judged, meanNdcg, readBeir } from './judged.js'
import { embedAll, readAll } from './vectors.js'

const QUESTIONS = Number(process.env.BENCH_QUESTIONS ?? 200)
/** Of those, the ones whose candidates are read as well. */
const READ = Number(process.env.BENCH_READ ?? 100)
const SECTIONS = Number(process.env.BENCH_SECTIONS ?? 2000)
const TOP = 50
const EMBEDDING_WEIGHT = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 8]
const FIRST_STAGE = [0, 0.4, 0.8, 1.2, 1.6, 2, 2.5, 3, 4, 6, 10]

test('weights of site search, on questions that no test uses', async () => {
  const reranker = await shippedReranker()
  const { weights } = reranker.info.fusion!
  const semantic: string[] = []
  const chain: string[] = []
  for (const [name, side] of CHOOSING_SETS) {
    const set = readBeir(DATA, name, side, QUESTIONS, SECTIONS)
    if (!set) continue
    const retrieve = await retrieval(set, reranker)
    const answers = (weight: number) => set.questions.map((_, i) => retrieve(i, weight).map(({ place }) => place))
    semantic.push(
      row(
        set,
        EMBEDDING_WEIGHT.map(weight => meanNdcg(set, answers(weight))),
      ),
    )
    const lists = set.questions.slice(0, READ).map(({ text }, i) => {
      const found = retrieve(i)
      const passages = found.map(({ place, score }) => asPassage({ ...set.sections[place]!, score }))
      return { query: text, passages }
    })
    const read = await readAll(`${name}-chosen`, lists, reranker)
    const ranked = (firstStage: number) =>
      read.map(({ signals }, i) =>
        fusedOrder(columnsOf(signals), { ...weights.embed, firstStage }).map(
          place => lists[i]!.passages[place]!.id as number,
        ),
      )
    const retrieved = meanNdcg(
      set,
      lists.map(({ passages }) => passages.map(({ id }) => id as number)),
    )
    chain.push(row(set, [retrieved, ...FIRST_STAGE.map(weight => meanNdcg(set, ranked(weight)))]))
    console.log(semantic.at(-1), chain.at(-1))
  }
  writeResults('searchWeights', [
    '## The weights of site search',
    '',
    `nDCG@10 on questions that no test uses, up to ${QUESTIONS} a set over ${SECTIONS} sections: of docs and openstax those that the model was trained on, of the others those held back from it.`,
    '`BENCH_DATA=… npx playwright test -c bench searchWeights`',
    '',
    'Words and embeddings, by the weight of the embeddings (`src/search/fuseWordsAndEmbeddings.ts`):',
    '',
    `| | ${EMBEDDING_WEIGHT.join(' | ')} |`,
    `|-|${EMBEDDING_WEIGHT.map(() => '-|').join('')}`,
    ...semantic,
    '',
    `The whole chain over the first ${READ} of them, by the weight of the retrieval's fused score beside MVP's 1 and late interaction's ${weights.embed.lateInteraction}:`,
    '',
    `| | not read | ${FIRST_STAGE.join(' | ')} |`,
    `|-|-|${FIRST_STAGE.map(() => '-|').join('')}`,
    ...chain,
  ])
  await reranker.dispose()
})

type Found = { place: number; score: number }[]

/** As SearchIndex does it, for any weight of the meaning. */
async function retrieval(
  { name, sections, questions }: Judged,
  reranker: import('../../src/node.js').Reranker,
): Promise<(question: number, weight?: number) => Found> {
  const passages = sections.map(section => asPassage(section))
  const codes = toCodes(
    await embedAll(
      `${name}-chosen`,
      passages.map(({ title, text }) => `${title} ${text}`),
      reranker,
    ),
  )
  const asked = await embedAll(
    `${name}-chosen-questions`,
    questions.map(({ text }) => text),
    reranker,
  )
  const words = new WordSearch(
    buildInvertedIndex(sections.map(({ title, text }) => ({ heading: title, path: '', text }))),
  )
  const hits = questions.map(({ text }, i) => {
    const { places, scores } = words.search(
      parseQuery(text, () => true),
      2 * TOP,
    )
    const cosines = scoreCodes(asked[i]!, codes)
    return { scores, cosines, named: [...new Set([...places, ...topK(cosines, 2 * TOP, -1.5)])] }
  })
  return (question, weight) => {
    const { scores, cosines, named } = hits[question]!
    return [...fuseWordsAndEmbeddings(scores, cosines, named, undefined, weight)]
      .slice(0, TOP)
      .map(([place, score]) => ({ place, score }))
  }
}

function row({ name, sections, questions }: Judged, values: number[]): string {
  return `| ${name}, ${questions.length} questions, ${sections.length} sections | ${values.map(value => value.toFixed(3)).join(' | ')} |`
}
