import { RerankError } from '../../src/api/errors.js'
import { toolError } from '../../src/api/toolErrors.js'
import type { Architecture, EmbedderArchitecture, ModernBertArchitecture } from '../../src/model/manifest.js'
import { describeValue } from '../../src/util/describeValue.js'
import { tokenId } from './aloneTemplate.js'
import { bertEncoder, bertEncoderTensors, checkPlain, longestInput } from './bertEncoder.js'
import type { CheckpointFolder } from './checkpointFolder.js'
import type { Config } from './config.js'
import { crossEncoderArchitecture, crossEncoderTensors } from './crossEncoder.js'
import { type Alone, type EmbedderOptions, readAlone } from './embedder.js'
import { ENCODER_FAMILIES, type TextFamily } from './encoderFamily.js'
import { MODERN_CLASSIFIER, MODERN_TEXTS, modernBertEncoder, modernBertTensors, modernPooled } from './modernBert.js'
import { mvpBertArchitecture, mvpBertTensors } from './mvpBert.js'
import type { NormalTensors } from './normalTensor.js'
import type { SentenceModules } from './sentenceModules.js'
import type { TensorFiles } from './storedTensor.js'
import { answeringArchitecture, answeringTensors, t5Architecture, t5Tensors } from './t5.js'
import { readTokenizerConfig } from './tokenizerConfig.js'
import { readTokenizer } from './tokenizerFile.js'

export interface CheckpointOptions extends EmbedderOptions {
  /** Longest prompt in tokens. */
  maxLength?: number | undefined
  /** Of a T5 that answers with a word whether a passage is relevant, as monoT5: the words that say yes and no. */
  answers?: readonly [yes: string, no: string] | undefined
}

/** What a checkpoint is, by its configuration. */
export interface Kind {
  architecture: Architecture
  texts?: TextFamily
  alone?: Alone
  maxLength: number
  views?: number
  /** The model's default depth. @default the last exit */
  depth?: number
  tensorsOf(files: TensorFiles, architecture: Architecture): NormalTensors
}

interface Parts {
  folder: CheckpointFolder
  encoder: CheckpointFolder
  modules: SentenceModules | undefined
}

// mT5 is T5 1.1 with another tokenizer; its checkpoints are wired alike.
const T5_TYPES = ['t5', 'mt5']

// As monoT5 was trained.
const ANSWERING_LENGTH = 512

// As in MVP's published runs on passages.
const LENGTH = 256

function answeringKind(
  { encoder }: Parts,
  config: Config,
  words: readonly [yes: string, no: string],
  maxLength: number,
): Kind {
  const architecture = answeringArchitecture(config)
  const tokenizer = readTokenizer(encoder, architecture.vocabulary)
  const [yes, no] = words.map(word => {
    const id = tokenId(tokenizer, `▁${word}`)
    if (id === undefined) throw new RerankError('bad-option', `${describeValue(word)} is no token of the checkpoint`)
    return id
  }) as [number, number]
  const tensorsOf = (files: TensorFiles) => answeringTensors(files, architecture, config, { yes, no })
  return { architecture, maxLength, views: 1, tensorsOf }
}

/** @throws RerankError unknown-architecture, bad-config, bad-option */
export function readKind(parts: Parts, config: Config, options: CheckpointOptions): Kind {
  const asked = options.maxLength
  const type = config.text('model_type', 'missing')
  const { answers } = options
  if (answers && !T5_TYPES.includes(type)) {
    throw new RerankError('bad-option', 'Only a T5 answers with words; a cross-encoder has a logit')
  }
  if (answers) return answeringKind(parts, config, answers, asked ?? ANSWERING_LENGTH)
  if (T5_TYPES.includes(type)) {
    const architecture = t5Architecture(config)
    return { architecture, maxLength: asked ?? LENGTH, tensorsOf: files => t5Tensors(files, architecture, config) }
  }
  if (type === 'mvp-bert') {
    const views = config.counts('view_token_ids').length
    const maxLength = asked ?? config.count('max_length', { or: LENGTH })
    const architecture = mvpBertArchitecture(config, maxLength)
    const depth = config.count('depth', { or: architecture.exits.at(-1)! })
    if (!architecture.exits.includes(depth)) throw toolError('bad-config', `depth ${depth} is none of the exits`)
    const tensorsOf = (files: TensorFiles) => mvpBertTensors(files, architecture, config, views)
    return { architecture, maxLength, views, depth, tensorsOf }
  }
  if (type === 'modernbert') return modernKind(parts, config, options)
  const family = ENCODER_FAMILIES.get(type)
  if (!family) throw toolError('unknown-architecture', `model_type ${describeValue(type)} is not known`)
  const longest = longestInput(config, family)
  const maxLength = lengthOf(parts, longest, options)
  if (!isEmbedder(parts, config, family.classifier, options)) {
    const architecture = crossEncoderArchitecture(config, family, maxLength)
    const tensorsOf = (files: TensorFiles) => crossEncoderTensors(files, architecture, config, family)
    return { architecture, texts: family, maxLength, views: 1, tensorsOf }
  }
  checkPlain(config, family.classifier)
  const encoder = bertEncoder(config, family, maxLength)
  const alone = readAlone(parts.folder, parts.modules, encoder.width, options)
  const architecture: EmbedderArchitecture = { ...encoder, exits: [encoder.layers], embedder: alone.embedder }
  const tensorsOf = (files: TensorFiles) => bertEncoderTensors(files, architecture, config, family)
  return { architecture, texts: family, alone, maxLength, views: 1, tensorsOf }
}

function modernKind(parts: Parts, config: Config, options: CheckpointOptions): Kind {
  const longest = config.count('max_position_embeddings', { or: 8192 })
  const maxLength = lengthOf(parts, longest, options)
  const encoder = modernBertEncoder(config, maxLength)
  const shared = { texts: MODERN_TEXTS, maxLength, views: 1 }
  const tensorsOf: Kind['tensorsOf'] = (files, architecture) =>
    modernBertTensors(files, architecture as ModernBertArchitecture)
  if (!isEmbedder(parts, config, MODERN_CLASSIFIER, options)) {
    const classes = config.texts('architectures', [MODERN_CLASSIFIER])
    if (!classes.includes(MODERN_CLASSIFIER)) {
      throw toolError(
        'unknown-architecture',
        `The checkpoint is a ${classes.join(', ')}, not a ${MODERN_CLASSIFIER}: it has no head that scores a pair`,
      )
    }
    return {
      ...shared,
      architecture: { ...encoder, exits: [encoder.layers], pointwise: true, pooled: modernPooled(config) },
      tensorsOf,
    }
  }
  const alone = readAlone(parts.folder, parts.modules, encoder.width, options)
  return {
    ...shared,
    architecture: { ...encoder, exits: [encoder.layers], embedder: alone.embedder },
    alone,
    tensorsOf,
  }
}

/** The longest input: the option, else the length that the checkpoint states, else the number of its positions. */
function lengthOf({ encoder, modules }: Parts, longest: number, { maxLength }: CheckpointOptions): number {
  if (maxLength !== undefined) return maxLength
  // PyLate sets the length anew for every call, by that of queries and passages.
  if (modules && !modules.pooling) return longest
  return Math.min(longest, modules?.maxLength ?? readTokenizerConfig(encoder).maxLength ?? longest)
}

/** Whether the checkpoint reads texts alone: it has the modules of an embedder, or it is a bare encoder. */
function isEmbedder(
  { folder, modules }: Parts,
  config: Config,
  classifier: string,
  { pooling }: CheckpointOptions,
): boolean {
  if (modules || pooling || folder.has('artifact.metadata')) return true
  const bare = classifier.replace('ForSequenceClassification', 'Model')
  return config.texts('architectures', [classifier]).includes(bare)
}
