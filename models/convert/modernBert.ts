import { RerankError } from '../../src/api/errors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { paddedLength } from '../../src/engine/batch.js'
import type { ModernBertArchitecture } from '../../src/model/manifest.js'
import { describeValue } from '../../src/util/describeValue.js'
import type { Config } from './config.js'
import type { TextFamily } from './encoderFamily.js'
import { checkpointTensor, type NormalTensors } from './normalTensor.js'
import type { TensorFiles } from './storedTensor.js'

export const MODERN_CLASSIFIER = 'ModernBertForSequenceClassification'

/** How ModernBERT puts its special tokens around texts. */
export const MODERN_TEXTS: TextFamily = {
  tokens: { cls_token: '[CLS]', sep_token: '[SEP]', pad_token: '[PAD]' },
  pairTypes: false,
  separators: 1,
}

/** @throws RerankError bad-config, unknown-architecture, bad-option */
export function modernBertEncoder(config: Config, maxLength: number) {
  const layers = config.count('num_hidden_layers', { max: 512 })
  const width = config.count('hidden_size')
  const heads = config.count('num_attention_heads', { max: 4096 })
  if (width % heads !== 0 || (width / heads) % 2 !== 0) {
    throw toolError('bad-config', `${heads} heads do not divide the width ${width} into even parts`)
  }
  const activation = config.text('hidden_activation', 'gelu')
  if (activation !== 'gelu') throw unknown(`The activation ${describeValue(activation)} is not known`)
  for (const flag of ['attention_bias', 'mlp_bias', 'norm_bias']) {
    if (config.flag(flag, false)) throw unknown(`The checkpoint has biases (${flag}), which ModernBERT has not`)
  }
  const longest = config.count('max_position_embeddings', { or: 8192 })
  if (maxLength > longest) {
    throw new RerankError('bad-option', `The model reads at most ${longest} tokens, not ${maxLength}`)
  }
  return {
    family: 'modernbert',
    width,
    layers,
    heads,
    headWidth: width / heads,
    ffWidth: config.count('intermediate_size'),
    epsilon: config.positive('norm_eps', 1e-5),
    vocabulary: config.count('vocab_size'),
    positions: paddedLength(maxLength, 32),
    globalEvery: config.count('global_attn_every_n_layers', { or: 3 }),
    // `local_attention` counts both sides.
    reach: Math.floor(config.count('local_attention', { or: 128 }) / 2),
    theta: {
      global: config.number('global_rope_theta', 160_000),
      local: config.number('local_rope_theta', 10_000),
    },
  } as const
}

/** What the classifier's head reads, and whether it can be computed here. @throws RerankError unknown-architecture */
export function modernPooled(config: Config): 'first' | 'mean' {
  const activation = config.text('classifier_activation', 'gelu')
  if (activation !== 'gelu') throw unknown(`The head's activation ${describeValue(activation)} is not known`)
  if (config.flag('classifier_bias', false)) throw unknown('The head has a bias (classifier_bias), which is not known')
  const pooling = config.text('classifier_pooling', 'cls')
  if (pooling !== 'cls' && pooling !== 'mean') throw unknown(`The pooling ${describeValue(pooling)} is not known`)
  return pooling === 'cls' ? 'first' : 'mean'
}

/** @throws RerankError missing-tensor, wrong-shape, unknown-architecture */
export function modernBertTensors(files: TensorFiles, architecture: ModernBertArchitecture): NormalTensors {
  const { width, layers, ffWidth, vocabulary } = architecture
  const prefix = files.tensors.has('model.embeddings.tok_embeddings.weight') ? 'model.' : ''
  const tensors: NormalTensors = new Map()
  const take = (name: string, from: string, ...shape: number[]) =>
    tensors.set(`${name}.weight`, checkpointTensor(files, `${from}.weight`, shape))
  /** Matrices that the checkpoint has stacked in one. */
  const split = (names: string[], from: string, rows: number, columns: number) => {
    const all = checkpointTensor(files, `${from}.weight`, [names.length * rows, columns])
    names.forEach((name, i) => {
      tensors.set(`${name}.weight`, {
        shape: [rows, columns],
        rows: (start, end) => all.rows(i * rows + start, i * rows + end),
      })
    })
  }
  take('encoder.embed', `${prefix}embeddings.tok_embeddings`, vocabulary, width)
  take('encoder.embed.norm', `${prefix}embeddings.norm`, width)
  for (let i = 0; i < layers; i++) {
    const to = `encoder.${i}`
    const from = `${prefix}layers.${i}`
    if (i > 0) take(`${to}.attention.norm`, `${from}.attn_norm`, width)
    split([`${to}.attention.q`, `${to}.attention.k`, `${to}.attention.v`], `${from}.attn.Wqkv`, width, width)
    take(`${to}.attention.o`, `${from}.attn.Wo`, width, width)
    take(`${to}.ff.norm`, `${from}.mlp_norm`, width)
    split([`${to}.ff.gate`, `${to}.ff.up`], `${from}.mlp.Wi`, ffWidth, width)
    take(`${to}.ff.down`, `${from}.mlp.Wo`, width, ffWidth)
  }
  take('encoder.norm', `${prefix}final_norm`, width)
  if (architecture.embedder) return tensors
  const labels = files.tensors.get('classifier.weight')?.shape[0]
  if (labels !== undefined && labels !== 1) {
    throw unknown(`The checkpoint sorts pairs into ${labels} classes; a reranker gives one score`)
  }
  take('head.pooler', 'head.dense', width, width)
  take('head.norm', 'head.norm', width)
  take('head.classifier', 'classifier', 1, width)
  tensors.set('head.classifier.bias', checkpointTensor(files, 'classifier.bias', [1]))
  return tensors
}

const unknown = (message: string) => toolError('unknown-architecture', message)
