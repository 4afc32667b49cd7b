import type {
  Activation,
  AnchorArchitecture,
  Architecture,
  DenseLayer,
  Embedder,
  Pooling,
  RelativePositions,
} from './manifest.js'
import { between, count, fail, list, oneOf, optional, record } from './manifestFields.js'

// Far above any model of this kind, and small enough that nothing computed from them overflows.
export const MAX_LAYERS = 1024
const MAX_WIDTH = 2 ** 20
export const MAX_TOKENS = 2 ** 24
const MAX_DENSE = 8
/** The largest tensor that is computed from sizes alone, before any weight is read. */
const MAX_DERIVED = 2 ** 26

const AT = 'architecture'

/** @throws RerankError `bad-manifest`, which names the field */
export function parseArchitecture(json: unknown): Architecture {
  const at = AT
  const source = record(json, at)
  const layers = size(source, at, 'layers', MAX_LAYERS)
  const exits = list(source.exits, `${at}.exits`, MAX_LAYERS, (exit, place) => count(exit, place, 1, layers))
  // A BERT with an anchor may read texts alone through more layers than pairs.
  const readsDeeper = source.family === 'bert' && source.anchor !== undefined
  const ascending = exits.length > 0 && exits.every((exit, i) => i === 0 || exit > exits[i - 1]!)
  if (!ascending || !(readsDeeper || exits.at(-1) === layers)) {
    fail(`${at}.exits`, 'ascending and end with the number of layers')
  }
  const shared = {
    width: size(source, at, 'width'),
    layers,
    ...attention(source, at),
    vocabulary: size(source, at, 'vocabulary', MAX_TOKENS),
    exits,
  }
  const family = oneOf(source.family, `${at}.family`, ['t5', 'bert', 'modernbert'])
  if (family === 't5') {
    const encoder = {
      family,
      ...shared,
      activation: activation(source.activation, `${at}.activation`),
      ...relative(source, at),
    }
    return source.decoder === undefined
      ? { ...encoder, anchor: parseAnchor(source.anchor) }
      : { ...encoder, pointwise: true, decoder: parseAnchor(source.decoder) }
  }
  const positions = size(source, at, 'positions')
  const alone = optional(source.embedder, value => parseEmbedder(value, shared.width))
  if (source.pointwise !== undefined && (source.pointwise !== true || source.anchor !== undefined || alone)) {
    fail(`${at}.pointwise`, 'true, without an anchor')
  }
  if ((source.pointwise || alone) && exits.length !== 1) {
    fail(`${at}.exits`, 'the number of layers alone')
  }
  if (family === 'modernbert') {
    if (positions * shared.headWidth > MAX_DERIVED) fail(`${at}.positions`, 'a number of a real model')
    const theta = record(source.theta, `${at}.theta`)
    const base = (name: string) => between(theta[name], `${at}.theta.${name}`, 1, 1e9)
    const encoder = {
      family,
      ...shared,
      positions,
      globalEvery: size(source, at, 'globalEvery', MAX_LAYERS),
      reach: size(source, at, 'reach', MAX_WIDTH, 0),
      theta: { global: base('global'), local: base('local') },
    }
    if (alone) return { ...encoder, embedder: alone }
    if (!source.pointwise) fail(`${at}.pointwise`, 'true')
    return { ...encoder, pointwise: true, pooled: oneOf(source.pooled, `${at}.pooled`, ['first', 'mean'] as const) }
  }
  const encoder = {
    family,
    ...shared,
    positions,
    types: optional(source.types, types => count(types, `${at}.types`, 1, 2)),
    relative: optional(source.relative, value => relative(record(value, `${at}.relative`), `${at}.relative`)),
  }
  if (alone) return { ...encoder, embedder: alone }
  if (source.pointwise === undefined) return { ...encoder, anchor: parseAnchor(source.anchor) }
  const poolerActivation = optional(source.poolerActivation, value =>
    oneOf<'relu'>(value, `${at}.poolerActivation`, ['relu']),
  )
  return { ...encoder, pointwise: true, poolerActivation }
}

function parseEmbedder(json: unknown, width: number): Embedder {
  const at = `${AT}.embedder`
  const source = record(json, at)
  const dense = list(source.dense, `${at}.dense`, MAX_DENSE, (value, place): DenseLayer => {
    const layer = record(value, place)
    const { bias, activation } = layer
    return {
      outputs: size(layer, place, 'outputs'),
      bias: bias === true,
      activation: optional(activation, value => oneOf<'tanh'>(value, `${place}.activation`, ['tanh'])),
    }
  })
  const widest = dense.at(-1)?.outputs ?? width
  const { skipped } = source
  return {
    scoring: oneOf<Embedder['scoring']>(source.scoring, `${at}.scoring`, ['similarity', 'late-interaction']),
    pooling: oneOf<Pooling>(source.pooling, `${at}.pooling`, ['mean', 'first', 'last']),
    dense,
    dimensions: optional(source.dimensions, value => count(value, `${at}.dimensions`, 1, widest)),
    skipped: optional(skipped, ids =>
      list(ids, `${at}.skipped`, 2 ** 16, (id, place) => count(id, place, 0, MAX_TOKENS)),
    ),
  }
}

const size = (source: Record<string, unknown>, at: string, name: string, max = MAX_WIDTH, min = 1): number =>
  count(source[name], `${at}.${name}`, min, max)

const relative = (source: Record<string, unknown>, at: string): RelativePositions => ({
  buckets: size(source, at, 'buckets', MAX_WIDTH, 2),
  maxDistance: size(source, at, 'maxDistance'),
})

/** The anchor decoder's start has a row for each view, and its masks a row for each head. */
export function checkDerived({ width, anchor, decoder = anchor }: Architecture, views: number): void {
  if (views * width > MAX_DERIVED) fail('views', 'a number of a real model, for its width')
  if (decoder && decoder.heads ** 2 * decoder.headWidth > MAX_DERIVED)
    fail('architecture.anchor.heads', 'those of a real model')
}

function parseAnchor(json: unknown): AnchorArchitecture {
  const at = `${AT}.anchor`
  const source = record(json, at)
  return {
    layers: size(source, at, 'layers', MAX_LAYERS),
    ...attention(source, at),
    activation: activation(source.activation, `${at}.activation`),
  }
}

const attention = (source: Record<string, unknown>, at: string) => ({
  heads: size(source, at, 'heads'),
  headWidth: size(source, at, 'headWidth'),
  ffWidth: size(source, at, 'ffWidth'),
  epsilon: between(source.epsilon, `${at}.epsilon`, 0, 1),
})

const activation = (value: unknown, at: string) => oneOf<Activation>(value, at, ['relu', 'gated-gelu'])
