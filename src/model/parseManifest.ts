import { modelError } from '../api/modelErrors.js'
import type { AnswerWeights, Dtype, FusionMode, ModelFusion, Precision, SignalWeights } from '../api/models.js'
import { describeValue } from '../util/describeValue.js'
import {
  type Activation,
  type AnchorArchitecture,
  type Architecture,
  CHUNK_BYTES,
  type EmbeddingProbe,
  type Manifest,
  type ModelFile,
  type Probe,
  type Prompt,
  type PromptSegment,
  type RelativePositions,
} from './manifest.js'
import { between, count, fail, hash, list, oneOf, record, text } from './manifestFields.js'

// Far above any model of this kind, and small enough that nothing computed from them overflows.
const MAX_LAYERS = 1024
const MAX_WIDTH = 2 ** 20
const MAX_TOKENS = 2 ** 24
const LARGEST_FILE = 2 ** 40
const MAX_PASSAGES = 256
/** In tokens. Attention grows with the square of a prompt's length. */
const MAX_PROMPT = 8192
/** The largest tensor that is computed from sizes alone, before any weight is read. */
const MAX_DERIVED = 2 ** 26

/**
 * Checks every field of a manifest.json and trusts none. Unknown fields are ignored.
 * @throws RerankError `bad-manifest`, which names the field; `version-mismatch` for a later format
 */
export function parseManifest(json: unknown): Manifest {
  const manifest = record(json, 'manifest')
  if (manifest.format !== 'mvp-rerank') fail('format', "'mvp-rerank'")
  if (manifest.version !== 1) {
    const found = describeValue(manifest.version)
    throw modelError('version-mismatch', `The model has format version ${found}; this program reads version 1.`)
  }
  const architecture = parseArchitecture(manifest.architecture)
  const views = count(manifest.views, 'views', 1, architecture.anchor ? 1024 : 1)
  checkDerived(architecture, views)
  const defaults = record(manifest.defaults, 'defaults')
  const depth = defaults.depth === 'cascade' ? 'cascade' : count(defaults.depth, 'defaults.depth', 1, MAX_LAYERS)
  const { exits } = architecture
  if (depth === 'cascade' ? exits.length < 2 : !exits.includes(depth)) fail('defaults.depth', `one of ${exits}`)
  return {
    format: 'mvp-rerank',
    version: 1,
    name: text(manifest.name, 'name'),
    architecture,
    prompt: parsePrompt(manifest.prompt, views, architecture),
    views,
    dtype: oneOf<Dtype>(manifest.dtype, 'dtype', ['q8', 'q4', 'fp32']),
    wide: optional(manifest.wide, wide => parseWide(wide, architecture.layers)),
    defaults: {
      depth,
      refine: count(defaults.refine, 'defaults.refine', 0, MAX_TOKENS),
      windows: optional(defaults.windows, windows => count(windows, 'defaults.windows', 1, 256)),
    },
    fusion: optional(manifest.fusion, parseFusion),
    files: parseFiles(manifest.files),
    license: text(manifest.license, 'license'),
    origin: text(manifest.origin, 'origin'),
    probe: parseProbe(manifest.probe, architecture.exits),
  }
}

function parseArchitecture(json: unknown): Architecture {
  const at = 'architecture'
  const source = record(json, at)
  const layers = count(source.layers, `${at}.layers`, 1, MAX_LAYERS)
  const exits = list(source.exits, `${at}.exits`, MAX_LAYERS, (exit, place) => count(exit, place, 1, layers))
  if (exits.at(-1) !== layers || exits.some((exit, i) => i > 0 && exit <= exits[i - 1]!)) {
    fail(`${at}.exits`, 'ascending and end with the number of layers')
  }
  const shared = {
    width: count(source.width, `${at}.width`, 1, MAX_WIDTH),
    layers,
    ...attention(source, at),
    vocabulary: count(source.vocabulary, `${at}.vocabulary`, 1, MAX_TOKENS),
    exits,
  }
  const family = oneOf(source.family, `${at}.family`, ['t5', 'bert'])
  if (family === 'bert') {
    const encoder = {
      family,
      ...shared,
      positions: count(source.positions, `${at}.positions`, 1, MAX_WIDTH),
      types: optional(source.types, types => count(types, `${at}.types`, 1, 2)),
      relative: optional(source.relative, value => relative(record(value, `${at}.relative`), `${at}.relative`)),
    }
    if (source.pointwise === undefined) return { ...encoder, anchor: parseAnchor(source.anchor) }
    if (source.pointwise !== true || source.anchor !== undefined) fail(`${at}.pointwise`, 'true, without an anchor')
    if (exits.length !== 1) fail(`${at}.exits`, 'the number of layers alone, as in every pointwise model')
    const poolerActivation = optional(source.poolerActivation, value =>
      oneOf<'relu'>(value, `${at}.poolerActivation`, ['relu']),
    )
    return { ...encoder, pointwise: true, poolerActivation }
  }
  return {
    family,
    ...shared,
    anchor: parseAnchor(source.anchor),
    activation: activation(source.activation, `${at}.activation`),
    ...relative(source, at),
  }
}

const relative = (source: Record<string, unknown>, at: string): RelativePositions => ({
  buckets: count(source.buckets, `${at}.buckets`, 2, MAX_WIDTH),
  maxDistance: count(source.maxDistance, `${at}.maxDistance`, 1, MAX_WIDTH),
})

/** The anchor decoder's start has a row for each view, and its masks a row for each head. */
function checkDerived({ width, anchor }: Architecture, views: number): void {
  if (views * width > MAX_DERIVED) fail('views', 'a number of a real model, for its width')
  if (anchor && anchor.heads ** 2 * anchor.headWidth > MAX_DERIVED)
    fail('architecture.anchor.heads', 'those of a real model')
}

function parseAnchor(json: unknown): AnchorArchitecture {
  const at = 'architecture.anchor'
  const source = record(json, at)
  return {
    layers: count(source.layers, `${at}.layers`, 1, MAX_LAYERS),
    ...attention(source, at),
    activation: activation(source.activation, `${at}.activation`),
  }
}

const attention = (source: Record<string, unknown>, at: string) => ({
  heads: count(source.heads, `${at}.heads`, 1, MAX_WIDTH),
  headWidth: count(source.headWidth, `${at}.headWidth`, 1, MAX_WIDTH),
  ffWidth: count(source.ffWidth, `${at}.ffWidth`, 1, MAX_WIDTH),
  epsilon: between(source.epsilon, `${at}.epsilon`, 0, 1),
})

const activation = (value: unknown, at: string) => oneOf<Activation>(value, at, ['relu', 'gated-gelu'])

function parsePrompt(json: unknown, views: number, architecture: Architecture): Prompt {
  const source = record(json, 'prompt')
  const types = architecture.family === 'bert' ? (architecture.types ?? 2) : 2
  const segments = (value: unknown, at: string) =>
    list(value, at, 64, (segment, place) => parseSegment(segment, place, architecture.vocabulary, types))
  const rerank = segments(source.rerank, 'prompt.rerank')
  for (const part of ['{query}', '{context}']) {
    if (!rerank.some(segment => 'text' in segment && segment.text.includes(part))) fail('prompt.rerank', `with ${part}`)
  }
  const longest = Math.min(MAX_PROMPT, architecture.family === 'bert' ? architecture.positions : MAX_PROMPT)
  const maxLength = count(source.maxLength, 'prompt.maxLength', 1, longest)
  const fixed = rerank.reduce((sum, segment) => sum + ('ids' in segment ? segment.ids.length : 0), 0)
  if (fixed > maxLength) fail('prompt.maxLength', `at least the ${fixed} fixed tokens of the prompt`)
  const firstView = count(source.firstView, 'prompt.firstView', 0, maxLength)
  // Vectors are read at fixed rows, so every prompt must begin with the views.
  const start = rerank[0]
  if (!start || !('ids' in start) || firstView + views > start.ids.length) {
    fail('prompt.firstView', `so that the first segment holds all ${views} views`)
  }
  const longestFirst = source.truncation !== undefined
  if (longestFirst) checkLongestFirst(source.truncation, rerank)
  return {
    rerank,
    embed: optional(source.embed, embed => segments(embed, 'prompt.embed')),
    firstView,
    padId: count(source.padId, 'prompt.padId', 0, architecture.vocabulary - 1),
    maxLength,
    truncation: longestFirst ? 'longest-first' : undefined,
  }
}

/** Longest-first truncation needs two text segments, query and context, without shares. */
function checkLongestFirst(value: unknown, rerank: readonly PromptSegment[]): void {
  oneOf(value, 'prompt.truncation', ['longest-first'])
  const texts = rerank.filter(segment => 'text' in segment)
  const [first, second] = texts
  if (texts.length !== 2 || first?.text !== '{query}' || second?.text !== '{context}') {
    fail('prompt.rerank', 'query and context in segments of their own, as prompt.truncation asks for')
  }
  if (texts.some(({ share }) => share !== undefined)) fail('prompt.rerank', 'without shares, as prompt.truncation asks')
}

function parseSegment(json: unknown, at: string, vocabulary: number, types: number): PromptSegment {
  const source = record(json, at)
  const type = optional(source.type, type => count(type, `${at}.type`, 0, types - 1))
  if (source.ids !== undefined) {
    return { ids: list(source.ids, `${at}.ids`, 1024, (id, place) => count(id, place, 0, vocabulary - 1)), type }
  }
  const share = optional(source.share, share => between(share, `${at}.share`, 0, 1))
  return { text: text(source.text, `${at}.text`), type, share }
}

const optional = <T>(value: unknown, parse: (value: unknown) => T): T | undefined =>
  value === undefined ? undefined : parse(value)

const parseWide = (json: unknown, layers: number) =>
  list(json, 'wide', layers, (layer, at) => count(layer, at, 0, layers - 1))

function parseFusion(json: unknown): ModelFusion {
  const source = record(json, 'fusion')
  const weights = record(source.weights, 'fusion.weights')
  return {
    mode: oneOf<FusionMode>(source.mode, 'fusion.mode', ['off', 'given', 'embed']),
    weights: {
      given: parseWeights(weights.given, 'fusion.weights.given'),
      embed: parseWeights(weights.embed, 'fusion.weights.embed'),
      cascade: parseWeights(weights.cascade, 'fusion.weights.cascade'),
    },
    ...(source.answer === undefined ? {} : { answer: parseAnswer(source.answer) }),
  }
}

function parseAnswer(json: unknown): AnswerWeights {
  const source = record(json, 'fusion.answer')
  const weight = (name: keyof AnswerWeights) => between(source[name], `fusion.answer.${name}`, -1e6, 1e6)
  return {
    bias: weight('bias'),
    covered: weight('covered'),
    cosine: weight('cosine'),
    lateInteraction: weight('lateInteraction'),
  }
}

function parseWeights(json: unknown, at: string): SignalWeights {
  const source = record(json, at)
  const weight = (signal: keyof SignalWeights) => between(source[signal], `${at}.${signal}`, 0, 1e6)
  return {
    mvp: weight('mvp'),
    cosine: weight('cosine'),
    lateInteraction: weight('lateInteraction'),
    firstStage: weight('firstStage'),
  }
}

function parseFiles(json: unknown): ModelFile[] {
  const files = list(json, 'files', 16, (value, at) => {
    const source = record(value, at)
    const path = text(source.path, `${at}.path`)
    // The path is appended to the address of the model folder and must not lead out of it.
    if (!/^[\w-][\w.-]*$/.test(path)) fail(`${at}.path`, 'a plain file name')
    const bytes = count(source.bytes, `${at}.bytes`, 0, LARGEST_FILE)
    const chunks = list(source.chunks, `${at}.chunks`, LARGEST_FILE / CHUNK_BYTES, hash)
    if (chunks.length !== Math.ceil(bytes / CHUNK_BYTES)) fail(`${at}.chunks`, 'one hash for every 4 MiB')
    return { path, bytes, sha256: hash(source.sha256, `${at}.sha256`), chunks }
  })
  if (new Set(files.map(file => file.path)).size !== files.length) fail('files', 'without a file named twice')
  return files
}

function parseProbe(json: unknown, exits: number[]): Probe {
  const source = record(json, 'probe')
  const passages = list(source.passages, 'probe.passages', MAX_PASSAGES, text)
  if (passages.length === 0) fail('probe.passages', 'at least one passage')
  const given = record(source.scores, 'probe.scores')
  const scores: Probe['scores'] = {}
  for (const exit of exits) {
    const at = `probe.scores.${exit}`
    scores[exit] = list(given[exit], at, MAX_PASSAGES, (score, place) => between(score, place, -1e30, 1e30))
    if (scores[exit].length !== passages.length) fail(at, `one score for each of ${passages.length} passages`)
  }
  const probe: Probe = {
    query: text(source.query, 'probe.query'),
    passages,
    scores,
    errors: parseErrors(source.errors, 'probe.errors'),
  }
  if (source.embeddings !== undefined) probe.embeddings = parseEmbeddingProbe(source.embeddings, passages.length)
  return probe
}

function parseEmbeddingProbe(json: unknown, passages: number): EmbeddingProbe {
  const at = 'probe.embeddings'
  const source = record(json, at)
  const cosines = list(source.cosines, `${at}.cosines`, MAX_PASSAGES, (cosine, place) => between(cosine, place, -1, 1))
  if (cosines.length !== passages) fail(`${at}.cosines`, `one cosine for each of ${passages} passages`)
  return { cosines, errors: parseErrors(source.errors, `${at}.errors`) }
}

function parseErrors(json: unknown, at: string): Probe['errors'] {
  const errors: Probe['errors'] = {}
  for (const [precision, error] of Object.entries(record(json, at))) {
    const known = oneOf<Precision>(precision, at, ['fp16', 'fp32', 'int8'])
    errors[known] = between(error, `${at}.${precision}`, 0, 1e30)
  }
  return errors
}
