import { modelError } from '../api/modelErrors.js'
import type { AnswerWeights, Dtype, FusionMode, ModelFusion, Precision, SignalWeights } from '../api/models.js'
import { describeValue } from '../util/describeValue.js'
import {
  type Architecture,
  CHUNK_BYTES,
  type EmbeddingProbe,
  type Expansion,
  type Manifest,
  type ModelFile,
  type Probe,
  type Prompt,
  type PromptSegment,
} from './manifest.js'
import { between, count, fail, hash, list, oneOf, optional, record, text } from './manifestFields.js'
import { checkDerived, MAX_LAYERS, MAX_TOKENS, parseArchitecture } from './parseArchitecture.js'

const LARGEST_FILE = 2 ** 40
const MAX_PASSAGES = 256
/** In tokens. Attention grows with the square of a prompt's length. */
const MAX_PROMPT = 8192

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

function parsePrompt(json: unknown, views: number, architecture: Architecture): Prompt {
  const source = record(json, 'prompt')
  const types = architecture.family === 'bert' ? (architecture.types ?? 2) : 2
  const segments = (value: unknown, at: string) =>
    list(value, at, 64, (segment, place) => parseSegment(segment, place, architecture.vocabulary, types))
  const rerank = segments(source.rerank, 'prompt.rerank')
  const alone = architecture.embedder !== undefined
  if (alone && (rerank.length > 0 || source.embed === undefined)) fail('prompt.rerank', 'empty, with prompt.embed')
  for (const part of alone ? [] : ['{query}', '{context}']) {
    if (!rerank.some(segment => 'text' in segment && segment.text.includes(part))) fail('prompt.rerank', `with ${part}`)
  }
  const longest = Math.min(MAX_PROMPT, architecture.family === 't5' ? MAX_PROMPT : architecture.positions)
  const maxLength = count(source.maxLength, 'prompt.maxLength', 1, longest)
  const fixed = rerank.reduce((sum, segment) => sum + ('ids' in segment ? segment.ids.length : 0), 0)
  if (fixed > maxLength) fail('prompt.maxLength', `at least the ${fixed} fixed tokens of the prompt`)
  const firstView = count(source.firstView, 'prompt.firstView', 0, maxLength)
  // Vectors are read at fixed rows, so every prompt must begin with the views.
  const start = rerank[0]
  if (!alone && (!start || !('ids' in start) || firstView + views > start.ids.length)) {
    fail('prompt.firstView', `so that the first segment holds all ${views} views`)
  }
  const longestFirst = source.truncation !== undefined
  if (longestFirst) checkLongestFirst(source.truncation, rerank)
  return {
    rerank,
    embed: optional(source.embed, embed => segments(embed, 'prompt.embed')),
    named: optional(source.named, named =>
      Object.fromEntries(
        Object.entries(record(named, 'prompt.named')).map(([name, value]) => [name, segments(value, 'prompt.named')]),
      ),
    ),
    expansion: optional(source.expansion, value => parseExpansion(value, maxLength, architecture)),
    firstView,
    padId: count(source.padId, 'prompt.padId', 0, architecture.vocabulary - 1),
    maxLength,
    truncation: longestFirst ? 'longest-first' : undefined,
  }
}

function parseExpansion(json: unknown, maxLength: number, { vocabulary }: Architecture): Expansion {
  const at = 'prompt.expansion'
  const { id, length, attended } = record(json, at)
  return {
    id: optional(id, id => count(id, `${at}.id`, 0, vocabulary - 1)),
    length: count(length, `${at}.length`, 1, maxLength),
    attended: attended === true,
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
