import type { Ranking, RerankerInfo } from '../src/index.js'
import { plural } from './format.js'

type Scored = Pick<Ranking['results'][number], 'score' | 'stage' | 'views' | 'signals'>

const weightFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

/** Says how the scores of passages came about that were ranked without vectors or first-stage scores. */
export function scoreLegend(
  info: Pick<RerankerInfo, 'scoring' | 'views' | 'fusion' | 'depth'>,
  results: readonly Scored[],
): string {
  if (info.scoring === 'pointwise') {
    return 'The number is the score: the model’s logit for the query and this passage alone. Higher is better.'
  }
  const sentences = [
    `The number is the score: ${formulaOf(info, results)}.`,
    'A bar is one view, from its lowest score in this list to its highest.',
  ]
  const best = results.filter(({ stage }) => stage > 0).length
  if (best === 0) sentences.push('Scores compare passages of one list only.')
  else {
    sentences.push(
      `The best ${best} were ranked again among themselves: scores, and bars, compare within them and within the rest.`,
    )
    if (info.depth === 'cascade' && info.fusion && info.fusion.mode !== 'off') {
      sentences.push('The rest has other weights, those of a first choice.')
    }
  }
  return sentences.join(' ')
}

function formulaOf({ views, fusion }: Pick<RerankerInfo, 'views' | 'fusion'>, results: readonly Scored[]): string {
  const mean = `mean over ${plural(views, 'view')}`
  // A signal that is equal for all adds nothing. If only the views tell passages apart, their mean is the score.
  const onlyViews = results.length > 0 && results.every(({ score, signals }) => (signals?.mvp ?? score) === score)
  if (fusion?.mode !== 'embed' || onlyViews) return `the ${mean}`
  const { mvp, cosine, lateInteraction } = fusion.weights.embed
  const terms = [
    [mean, mvp],
    ['closeness of meaning', cosine],
    ['word-by-word match', lateInteraction],
  ] as const
  const sum = terms
    .filter(([, weight]) => weight !== 0)
    .map(([name, weight]) => `${weightFormat.format(weight)} × ${name}`)
  return `${sum.join(' + ')}, each in standard deviations from its mean in this list`
}
