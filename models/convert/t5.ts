import { toolError } from '../../src/api/toolErrors.js'
import type {
  Activation,
  AnchorArchitecture,
  AnsweringT5Architecture,
  T5Architecture,
} from '../../src/model/manifest.js'
import { describeValue } from '../../src/util/describeValue.js'
import { anchorTensors, feedForward, selfAttention } from './anchorTensors.js'
import type { Config } from './config.js'
import { multiplyVector, rmsNorm } from './matrix.js'
import { allRows, checkpointTensor, lazyTensor, type NormalTensor, type NormalTensors } from './normalTensor.js'
import type { StoredTensor, TensorFiles } from './storedTensor.js'

/** @throws RerankError bad-config, unknown-architecture */
export function t5Architecture(config: Config): T5Architecture {
  const activation = activationOf(config.text('feed_forward_proj', 'relu'))
  const layers = config.count('num_layers', { max: 512 })
  const shared = {
    heads: config.count('num_heads', { max: 4096 }),
    headWidth: config.count('d_kv', { max: 4096 }),
    ffWidth: config.count('d_ff'),
    activation,
    epsilon: config.positive('layer_norm_epsilon', 1e-6),
  }
  return {
    family: 't5',
    width: config.count('d_model'),
    layers,
    ...shared,
    vocabulary: config.count('vocab_size'),
    buckets: config.count('relative_attention_num_buckets', { or: 32, min: 2, max: 65536 }),
    maxDistance: config.count('relative_attention_max_distance', { or: 128 }),
    exits: [layers],
    anchor: { layers: config.count('num_decoder_layers', { or: layers, max: 512 }), ...shared },
  }
}

export function activationOf(name: string): Activation {
  if (name === 'relu' || name === 'gated-gelu') return name
  throw toolError('unknown-architecture', `The feed-forward ${describeValue(name)} is not known`, {
    remedy: 'Supported are feed_forward_proj "relu" (T5 1.0) and "gated-gelu" (T5 1.1, flan).',
  })
}

/** @throws RerankError missing-tensor, wrong-shape */
export function t5Tensors(
  files: TensorFiles,
  architecture: T5Architecture | AnsweringT5Architecture,
  config: Config,
): NormalTensors {
  const plain = { ...files, tensors: plainNames(files.tensors) }
  const { width, layers, heads, headWidth, ffWidth, vocabulary, activation } = architecture
  const inner = heads * headWidth
  const tensors: NormalTensors = new Map()
  const take = (name: string, names: string | string[], ...shape: number[]) => {
    tensors.set(name, checkpointTensor(plain, names, shape))
  }
  take('encoder.embed.weight', EMBEDDINGS, vocabulary, width)
  const relative = 'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight'
  take('encoder.relative.weight', relative, architecture.buckets, heads)
  for (let i = 0; i < layers; i++) {
    const block = `encoder.block.${i}.layer`
    const to = `encoder.${i}`
    take(`${to}.attention.norm.weight`, `${block}.0.layer_norm.weight`, width)
    for (const part of ['q', 'k', 'v']) {
      take(`${to}.attention.${part}.weight`, `${block}.0.SelfAttention.${part}.weight`, inner, width)
    }
    take(`${to}.attention.o.weight`, `${block}.0.SelfAttention.o.weight`, width, inner)
    take(`${to}.ff.norm.weight`, `${block}.1.layer_norm.weight`, width)
    feedForward(plain, tensors, to, `${block}.1.DenseReluDense`, activation, width, ffWidth)
  }
  take(`exit.${layers}.norm.weight`, 'encoder.final_layer_norm.weight', width)
  const decoder = architecture.decoder ?? architecture.anchor
  const start = startState(plain, { width, vocabulary, decoder }, config)
  for (const [name, tensor] of anchorTensors(plain, decoder, width, start)) tensors.set(name, tensor)
  return tensors
}

// One table under several names: writers that drop duplicates keep any one of them.
const EMBEDDINGS = ['shared.weight', 'encoder.embed_tokens.weight', 'decoder.embed_tokens.weight']

/** The embedding of the decoder's start token (T5: the pad token), plus the first self-attention's output for it. */
function startState(
  files: TensorFiles,
  { width, vocabulary, decoder }: { width: number; vocabulary: number; decoder: AnchorArchitecture },
  config: Config,
): NormalTensor {
  const token = config.count('decoder_start_token_id', { or: 0, min: 0, max: vocabulary - 1 })
  const table = checkpointTensor(
    files,
    ['shared.weight', 'decoder.embed_tokens.weight', 'encoder.embed_tokens.weight'],
    [vocabulary, width],
  )
  const norm = checkpointTensor(files, 'decoder.block.0.layer.0.layer_norm.weight', [width])
  const attention = selfAttention(files, 0, decoder.heads * decoder.headWidth, width)
  return lazyTensor([1, width], () => {
    const embedding = table.rows(token, token + 1)
    const added = multiplyVector(allRows(attention), rmsNorm(embedding, allRows(norm), decoder.epsilon))
    return embedding.map((value, i) => value + added[i]!)
  })
}

/** A T5 that answers with a word: its decoder reads the tokens of one prompt. */
export function answeringArchitecture(config: Config): AnsweringT5Architecture {
  const { anchor, pointwise: _, ...encoder } = t5Architecture(config)
  return { ...encoder, pointwise: true, decoder: anchor }
}

/** The ids of the words that say yes and no. */
export interface Answers {
  yes: number
  no: number
}

/**
 * The tensors of a T5 that answers with a word. The classifier is the difference of two rows of the output layer: the
 * score is the logit of the word that says yes, less the other's.
 * @throws RerankError missing-tensor, wrong-shape
 */
export function answeringTensors(
  files: TensorFiles,
  architecture: AnsweringT5Architecture,
  config: Config,
  { yes, no }: Answers,
): NormalTensors {
  const tensors = t5Tensors(files, architecture, config)
  const { width, vocabulary } = architecture
  // T5 1.0 reuses the embeddings for the output, and scales the states down for it.
  const tied = config.flag('tie_word_embeddings', true)
  const names = tied ? ['shared.weight', 'lm_head.weight', ...EMBEDDINGS] : 'lm_head.weight'
  const table = checkpointTensor({ ...files, tensors: plainNames(files.tensors) }, names, [vocabulary, width])
  const scale = tied ? width ** -0.5 : 1
  const classifier = lazyTensor([1, width], () => {
    const other = table.rows(no, no + 1)
    return table.rows(yes, yes + 1).map((value, i) => (value - other[i]!) * scale)
  })
  tensors.set('head.classifier.weight', classifier)
  tensors.set('head.classifier.bias', { shape: [1], rows: () => new Float32Array(1) })
  return tensors
}

/**
 * MVP's authors saved a wrapped model: `encoder.encoder.block.{i}.module.layer…` is plain T5's
 * `encoder.block.{i}.layer…`.
 */
function plainNames(tensors: Map<string, StoredTensor>): Map<string, StoredTensor> {
  const plain = new Map<string, StoredTensor>()
  for (const [name, tensor] of tensors) {
    plain.set(
      name.replace(/^encoder\.encoder\./, 'encoder.').replace(/^(\w+coder\.block\.\d+)\.module\./, '$1.'),
      tensor,
    )
  }
  return plain
}
