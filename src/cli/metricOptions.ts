import { defaultMetrics, METRIC_FORMS, type Metric, parseMetric } from '../eval/metricNames.js'
import { type OptionSpecs, type OptionValues, usageError, wholeNumber } from './command.js'

/** What is measured. */
export const metricOptions = {
  metrics: {
    value: '<names>',
    default: defaultMetrics(100).join(','),
    about: 'Metrics, separated by commas.',
  },
  'relevance-level': {
    value: '<grade>',
    default: '1',
    about: 'The lowest grade that counts as relevant (trec_eval -l); nDCG uses the grades themselves.',
  },
} as const satisfies OptionSpecs

/** @param top depth of the lists, for the default metrics @throws RerankError bad-usage */
export function chosenMetrics(command: string, values: OptionValues<typeof metricOptions>, top: number): Metric[] {
  const level = wholeNumber(command, 'relevance-level', values.relevanceLevel ?? '1', 1)
  const names = values.metrics?.split(',') ?? defaultMetrics(top)
  return names.map(name => {
    const metric = parseMetric(name, level)
    if (metric === undefined) throw usageError(`--metrics takes ${METRIC_FORMS}, not ${JSON.stringify(name)}`, command)
    return metric
  })
}
