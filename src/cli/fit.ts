import { existsSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RerankError } from '../api/errors.js'
import type { FusionMode, ModelFusion, Signal, SignalWeights } from '../api/models.js'
import type { RerankerInfo } from '../api/ranking.js'
import { SIGNALS } from '../api/signals.js'
import { toolError } from '../api/toolErrors.js'
import {
  type FittedWeights,
  fitFusion,
  hasRelevant,
  type KnownSignals,
  measureFusion,
  type SignalList,
} from '../eval/fitFusion.js'
import { METRIC_FORMS, type Metric, parseMetric } from '../eval/metricNames.js'
import type { DataSource } from '../eval/openData.js'
import { pairedTest } from '../eval/significance.js'
import { pValue, signed } from '../eval/table.js'
import { assertWritable } from '../eval/writable.js'
import { isUrl, locateModel } from '../store/locateModel.js'
import { type CommandSpec, type OptionValues, oneOf, usageError, wholeNumber } from './command.js'
import { dataOptions, dataSource } from './dataOptions.js'
import { isEmbedder, type ReadSignals, readSignals } from './fitSignals.js'
import { print, writeText } from './output.js'
import { FUSION, type RerankerSettings, rerankerOptions, rerankerSettings } from './reranker.js'

/** Passages of a collection are candidates of many queries. */
const CACHE_BYTES = 512 * 1024 * 1024
const MODES = Object.keys(FUSION) as FusionMode[]
/** The engine's weights of a cascade for models that have none. */
const EVEN: SignalWeights = { mvp: 1, cosine: 1, lateInteraction: 1, firstStage: 1 }
const OWN: SignalWeights = { mvp: 1, cosine: 0, lateInteraction: 0, firstStage: 0 }

type Fitted = keyof ModelFusion['weights']

/** Which signals a mode meets. The first step of a cascade has scores of the first exit, or embeddings. */
const KNOWN: Record<Fitted, KnownSignals> = {
  embed: [SIGNALS],
  given: [
    ['mvp', 'firstStage'],
    ['mvp', 'cosine', 'firstStage'],
  ],
  cascade: [
    ['mvp', 'firstStage'],
    ['cosine', 'firstStage'],
    ['cosine', 'lateInteraction', 'firstStage'],
  ],
}
/** The score of an embedder is made of its embeddings: what remains to weigh is the first stage's. */
const OF_EMBEDDER: KnownSignals = [['mvp', 'firstStage']]

const { device, precision, windows } = rerankerOptions

const options = {
  model: { value: '<folder|name>', about: 'A converted model that can embed. Required.' },
  ...dataOptions,
  out: { value: '<file>', about: "Where to write the copy of the model's manifest.json. Required." },
  force: { about: 'Replace the output file.' },
  metric: { value: '<name>', default: 'ndcg@10', about: 'What the report measures.' },
  'relevance-level': {
    value: '<grade>',
    default: '1',
    about: 'The lowest grade that counts as relevant (trec_eval -l).',
  },
  folds: { value: '<n>', default: '5', about: 'Parts of the cross-validation.' },
  mode: {
    value: `<${MODES.join('|')}>`,
    default: "the manifest's, else embed; given for embedders",
    about: 'How the copy fuses if a call does not say how.',
  },
  device,
  precision,
  windows,
} as const

export const fitCommand: CommandSpec<typeof options> = {
  name: 'fit',
  summary: "Fit the weights of a model's fusion to judged queries.",
  usage: '--model <folder|name> --data <path> --out <manifest.json> [options]',
  options,
  details: `
Data: as for \`mvp-rerank eval\`. The first stage's scores are a signal, so take them from the first stage that you use.
Writes a copy of the model's manifest with new fusion weights. Replace manifest.json in the model's folder with it.
The fit minimizes the cross-entropy between a list's softmax and its grades, over weights that are not negative. It is
deterministic. A signal that occurs in no list keeps its weight.
Output, one line: {"queries", "metric", "model", "mode", "first_stage", "own", "fits": {mode: {"weights", "before",
  "after", "difference", "interval", "wins", "losses", "ties", "tTest", "randomisation"}}}.
  before: with the manifest's weights, or by the model's scores alone if it has none. after: with weights that were fitted
  to the other folds, never to the query itself. Both tests are paired over queries and two-sided: Fisher's
  randomization test (all signs for up to 17 differing queries, else 100,000 samples from a fixed seed) and the t-test.
  cascade, the weights of a cascade's first step, is fitted only for models with several exits.

Exit code: 0 done; 1 the data or the model does not allow it; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank fit --model mvp-mini --data my-beir --out manifest.json',
    'mvp-rerank fit --model ./e5 --data my-queries.jsonl --candidates bm25.trec --out fitted.json --mode given',
  ],

  async run(values, { signal }) {
    const request = checkOptions(values)
    const { out, metric, folds } = request
    const manifest = await readManifest(request.model)
    const there = existsSync(out)
    if (there && !values.force) {
      throw toolError('output-exists', `${out} exists`, { remedy: 'Choose another file or pass --force.' })
    }
    await assertWritable(out)
    try {
      const { info, ...read } = await readSignals(request, signal)
      const useful = read.lists.filter(hasRelevant).length
      if (useful < 2 * folds) {
        const few = `${useful} queries with a relevant candidate; ${folds} folds need ${2 * folds}`
        throw toolError('bad-data', `${values.data ?? values.queries} holds ${few}`)
      }
      const fits = fitAll(info, read, metric, folds)
      const mode = request.mode ?? info.fusion?.mode ?? (isEmbedder(info) ? 'given' : 'embed')
      await writeText(out, `${JSON.stringify({ ...manifest, fusion: fusionOf(info, fits, mode) }, null, 1)}\n`)
      await print(`${JSON.stringify(summarize(info, read.lists, fits, metric, mode))}\n`)
    } catch (error) {
      // The check above made it.
      if (!there && (await stat(out)).size === 0) await rm(out)
      throw error
    }
    return 0
  },
}

type Values = OptionValues<typeof options>

interface FitRequest {
  model: string
  out: string
  source: DataSource
  settings: RerankerSettings
  metric: Metric
  folds: number
  mode: FusionMode | undefined
}

/** @throws RerankError bad-usage */
function checkOptions(values: Values): FitRequest {
  const { model, out } = values
  if (model === undefined) throw usageError('--model is missing', 'fit')
  if (out === undefined) throw usageError('--out is missing', 'fit')
  if (isUrl(model)) throw usageError('--model takes a folder or the name of a shipped model, not an address', 'fit')
  const source = dataSource('fit', values)
  const level = wholeNumber('fit', 'relevance-level', values.relevanceLevel ?? '1', 1)
  const metric = parseMetric(values.metric ?? 'ndcg@10', level)
  if (!metric) throw usageError(`--metric takes ${METRIC_FORMS}, not ${JSON.stringify(values.metric)}`, 'fit')
  const { create, rank } = rerankerSettings('fit', model, values)
  return {
    model,
    out,
    source,
    settings: { create: { ...create, cacheBytes: CACHE_BYTES }, rank },
    metric,
    folds: wholeNumber('fit', 'folds', values.folds ?? '5', 2),
    mode: values.mode === undefined ? undefined : oneOf('fit', 'mode', values.mode, MODES),
  }
}

/** The file itself, with the fields that this version does not know. Loading the model checks those it knows. */
async function readManifest(model: string): Promise<object> {
  const path = join(locateModel(model), 'manifest.json')
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new RerankError('model-not-found', `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
      remedy: 'Pass the folder that `mvp-rerank convert` wrote.',
    })
  }
}

interface Fit extends FittedWeights {
  /** The metric of each list by the weights that the model had. */
  before: number[]
}

type Fits = Partial<Record<Fitted, Fit>>

function fitAll(info: RerankerInfo, { lists, cheap }: Omit<ReadSignals, 'info'>, metric: Metric, folds: number): Fits {
  const fit = (mode: Fitted, of: readonly SignalList[], known: KnownSignals): Fit => {
    const earlier = earlierWeights(info, mode)
    return { ...fitFusion(of, known, earlier, metric, folds), before: measureFusion(of, known, earlier, metric) }
  }
  if (isEmbedder(info)) return { given: fit('given', lists, OF_EMBEDDER) }
  return {
    embed: fit('embed', lists, KNOWN.embed),
    given: fit('given', lists, KNOWN.given),
    ...(cheap.length > 0 && { cascade: fit('cascade', cheap, KNOWN.cascade) }),
  }
}

function earlierWeights({ fusion }: RerankerInfo, mode: Fitted): SignalWeights {
  return fusion?.weights[mode] ?? (mode === 'cascade' ? EVEN : OWN)
}

function fusionOf(info: RerankerInfo, { embed, given, cascade }: Fits, mode: FusionMode): ModelFusion {
  const weights = {
    embed: (embed ?? given!).weights,
    given: given!.weights,
    cascade: cascade?.weights ?? earlierWeights(info, 'cascade'),
  }
  return { ...info.fusion, mode, weights }
}

function summarize(info: RerankerInfo, lists: readonly SignalList[], fits: Fits, metric: Metric, mode: FusionMode) {
  const alone = (signal: Signal) => mean(measureFusion(lists, [[signal]], { ...EVEN }, metric))
  const reports = Object.entries(fits).map(([name, { weights, before, unseen }]) => {
    const { queries: _, ...test } = pairedTest(before, unseen)
    console.error(
      `mvp-rerank: ${name}: ${metric.name} ${signed(test.difference)} on unseen queries, p ${pValue(test.randomisation.p)}`,
    )
    return [name, { weights, before: mean(before), after: mean(unseen), ...test }]
  })
  return {
    queries: lists.length,
    metric: metric.name,
    model: info.model,
    mode,
    first_stage: alone('firstStage'),
    own: alone('mvp'),
    fits: Object.fromEntries(reports),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
