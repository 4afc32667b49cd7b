import { type ColbertName, type EmbedderName, readColbert, readEmbedder } from '../../models/oracles/read.js'

/** Models that read every text alone, of each family and kind. */
export const RANKED_ALONE = ['embedder-bert', 'embedder-modernbert', 'colbert-bert', 'colbert-modernbert'] as const

export const scoringOf = (name: EmbedderName | ColbertName) =>
  name.startsWith('colbert') ? 'late-interaction' : 'similarity'

export const listOf = (name: (typeof RANKED_ALONE)[number]) =>
  (name === 'colbert-bert' || name === 'colbert-modernbert' ? readColbert(name) : readEmbedder(name)).lists[0]!
