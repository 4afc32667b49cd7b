import { RerankError } from '../../src/api/errors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { paddedLength } from '../../src/engine/batch.js'
import type { BertArchitecture } from '../../src/model/manifest.js'
import { describeValue } from '../../src/util/describeValue.js'
import type { Config } from './config.js'
import type { EncoderFamily } from './encoderFamily.js'
import { checkpointTensor, lazyTensor, type NormalTensors } from './normalTensor.js'
import type { TensorFiles } from './storedTensor.js'

/** In all checkpoints; MPNet's code fixes it. */
const MPNET_DISTANCE = 128

/** The number of tokens that the model has positions for. @throws RerankError bad-config */
export function longestInput(config: Config, family: EncoderFamily): number {
  const rows = config.count('max_position_embeddings')
  const first = family.firstPosition(config)
  if (rows <= first) {
    throw toolError('bad-config', `max_position_embeddings ${rows} in config.json leaves no position for a token`)
  }
  return rows - first
}

/** @throws RerankError unknown-architecture for an encoder that differs from its family's */
export function checkPlain(config: Config, classifier: string): void {
  const unknown = (message: string) => toolError('unknown-architecture', message)
  if (config.has('auto_map')) {
    throw unknown(`The checkpoint brings code of its own (auto_map in config.json), which differs from ${classifier}`)
  }
  const positions = config.text('position_embedding_type', 'absolute')
  if (positions !== 'absolute') throw unknown(`The position embeddings ${describeValue(positions)} are not known`)
}

/** The architecture of an encoder wired like BERT. @throws RerankError bad-config, unknown-architecture, bad-option */
export function bertEncoder(config: Config, family: EncoderFamily, maxLength: number) {
  const { sizes } = family
  const layers = config.count(sizes.layers, { max: 512 })
  const width = config.count(sizes.width)
  const heads = config.count(sizes.heads, { max: 4096 })
  const activation = config.text(sizes.activation, 'gelu')
  if (activation !== 'gelu') {
    throw toolError('unknown-architecture', `The activation ${describeValue(activation)} is not known`)
  }
  if (width % heads !== 0) throw toolError('bad-config', `${heads} heads do not divide the width ${width}`)
  const longest = longestInput(config, family)
  if (maxLength > longest) {
    throw new RerankError('bad-option', `The model reads at most ${longest} tokens, not ${maxLength}`)
  }
  return {
    family: 'bert',
    width,
    layers,
    heads,
    headWidth: width / heads,
    ffWidth: config.count(sizes.ffWidth),
    epsilon: config.positive('layer_norm_eps', 1e-12),
    vocabulary: config.count('vocab_size'),
    // No prompt is longer, and none is padded further.
    positions: paddedLength(maxLength),
    ...(family.pairTypes ? {} : { types: 1 }),
    ...(family.relative === undefined ? {} : { relative: relativePositions(config) }),
  } as const
}

const relativePositions = (config: Config) => ({
  buckets: config.count('relative_attention_num_buckets', { or: 32, min: 4, max: 65536 }),
  maxDistance: MPNET_DISTANCE,
})

/** Embeddings and layers. @throws RerankError missing-tensor, wrong-shape */
export function bertEncoderTensors(
  files: TensorFiles,
  architecture: BertArchitecture,
  config: Config,
  family: EncoderFamily,
): NormalTensors {
  const { width, layers, ffWidth, vocabulary, heads, relative } = architecture
  const tensors: NormalTensors = new Map()
  const prefix = modelPrefix(files, family)
  const take = (name: string, from: string, ...shape: number[]) => {
    tensors.set(name, checkpointTensor(files, `${prefix}${from}`, shape))
  }
  const affine = (name: string, from: string, ...shape: number[]) => {
    take(`${name}.weight`, `${from}.weight`, ...shape)
    take(`${name}.bias`, `${from}.bias`, shape[0]!)
  }
  take('encoder.embed.weight', 'embeddings.word_embeddings.weight', vocabulary, width)
  tensors.set('encoder.position.weight', positionTable(files, architecture, config, family))
  tensors.set('encoder.type.weight', typeTable(files, architecture, config, family))
  affine('encoder.embed.norm', 'embeddings.LayerNorm', width)
  if (relative) take('encoder.relative.weight', family.relative!, relative.buckets, heads)
  for (let i = 0; i < layers; i++) {
    const part = (name: keyof EncoderFamily['parts'], ...shape: number[]) =>
      affine(`encoder.${i}.${name}`, `${family.layers}.${i}.${family.parts[name]}`, ...shape)
    part('attention.q', width, width)
    part('attention.k', width, width)
    part('attention.v', width, width)
    part('attention.o', width, width)
    part('attention.norm', width)
    part('ff.up', ffWidth, width)
    part('ff.down', width, ffWidth)
    part('ff.norm', width)
  }
  return tensors
}

/** What stands before the encoder's names: nothing if a bare encoder was saved. */
const modelPrefix = ({ tensors }: TensorFiles, { model }: EncoderFamily) =>
  tensors.has('embeddings.word_embeddings.weight') ? '' : `${model}.`

/** The rows of the tokens, the first token's first. */
function positionTable(
  files: TensorFiles,
  { positions, width }: BertArchitecture,
  config: Config,
  family: EncoderFamily,
) {
  const name = `${modelPrefix(files, family)}embeddings.position_embeddings.weight`
  const all = checkpointTensor(files, name, [config.count('max_position_embeddings'), width])
  const first = family.firstPosition(config)
  return lazyTensor([positions, width], () => {
    const rows = new Float32Array(positions * width)
    // Padding beyond the last position is masked, so its values do not matter.
    rows.set(all.rows(first, Math.min(first + positions, all.shape[0]!)))
    return rows
  })
}

/** A family that tells no types apart has at most the first row of a table. */
function typeTable(files: TensorFiles, { types = 2, width }: BertArchitecture, config: Config, family: EncoderFamily) {
  if (family.types === undefined) return lazyTensor([types, width], () => new Float32Array(types * width))
  const rows = family.pairTypes ? types : config.count('type_vocab_size', { or: 2, max: 1024 })
  const all = checkpointTensor(files, `${modelPrefix(files, family)}${family.types}`, [rows, width])
  return rows === types ? all : lazyTensor([types, width], () => all.rows(0, types))
}
