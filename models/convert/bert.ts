import { RerankError } from '../../src/api/errors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { paddedLength } from '../../src/engine/batch.js'
import type { BertArchitecture, MvpBertArchitecture } from '../../src/model/manifest.js'
import { describeValue } from '../../src/util/describeValue.js'
import { anchorTensors } from './anchorTensors.js'
import type { Config } from './config.js'
import { checkpointTensor, lazyTensor, type NormalTensors } from './normalTensor.js'
import type { TensorFiles } from './storedTensor.js'
import { activationOf } from './t5.js'

/** The mvp-bert checkpoints that models/train writes. @throws RerankError bad-config, unknown-architecture */
export function mvpBertArchitecture(config: Config, maxLength: number): MvpBertArchitecture {
  const encoder = bertEncoder(config, maxLength)
  const { layers } = encoder
  const exits = config.counts('exits')
  if (exits.at(-1) !== layers || exits.some((exit, i) => exit <= (exits[i - 1] ?? 0))) {
    throw toolError('bad-config', `exits ${exits.slice(0, 9)} should ascend to the number of layers, ${layers}`)
  }
  const decoder = config.within('decoder')
  return {
    ...encoder,
    exits,
    anchor: {
      layers: decoder.count('num_layers', { max: 512 }),
      heads: decoder.count('num_heads', { max: 4096 }),
      headWidth: decoder.count('d_kv', { max: 4096 }),
      ffWidth: decoder.count('d_ff'),
      activation: activationOf(decoder.text('feed_forward_proj', 'relu')),
      epsilon: decoder.positive('layer_norm_epsilon', 1e-6),
    },
  }
}

/** The architecture that BERT models share. @throws RerankError bad-config, unknown-architecture, bad-option */
export function bertEncoder(config: Config, maxLength: number) {
  const layers = config.count('num_hidden_layers', { max: 512 })
  const width = config.count('hidden_size')
  const heads = config.count('num_attention_heads', { max: 4096 })
  const activation = config.text('hidden_act', 'gelu')
  if (activation !== 'gelu') {
    throw toolError('unknown-architecture', `The activation ${describeValue(activation)} is not known`)
  }
  if (width % heads !== 0) throw toolError('bad-config', `${heads} heads do not divide the width ${width}`)
  const positions = config.count('max_position_embeddings')
  if (maxLength > positions) {
    throw new RerankError('bad-option', `The model reads at most ${positions} tokens, not ${maxLength}`)
  }
  return {
    family: 'bert',
    width,
    layers,
    heads,
    headWidth: width / heads,
    ffWidth: config.count('intermediate_size'),
    epsilon: config.positive('layer_norm_eps', 1e-12),
    vocabulary: config.count('vocab_size'),
    // No prompt is longer, and none is padded further.
    positions: paddedLength(maxLength),
  } as const
}

/** @throws RerankError missing-tensor, wrong-shape */
export function mvpBertTensors(
  files: TensorFiles,
  architecture: MvpBertArchitecture,
  config: Config,
  views: number,
): NormalTensors {
  const { width, exits } = architecture
  const tensors = bertEncoderTensors(files, architecture, config)
  for (const exit of exits) {
    for (const part of ['weight', 'bias']) {
      tensors.set(`exit.${exit}.norm.${part}`, checkpointTensor(files, `exits.${exit}.norm.${part}`, [width]))
    }
  }
  const startRows = files.tensors.get('decoder.start')?.shape[0] === views ? views : 1
  const start = checkpointTensor(files, 'decoder.start', [startRows, width])
  for (const [name, tensor] of anchorTensors(files, architecture.anchor, width, start)) tensors.set(name, tensor)
  return tensors
}

/**
 * Embeddings and layers, under the names of BertModel behind `bert.` @throws RerankError missing-tensor, wrong-shape
 */
export function bertEncoderTensors(files: TensorFiles, architecture: BertArchitecture, config: Config): NormalTensors {
  const { width, layers, ffWidth, vocabulary, positions } = architecture
  const tensors: NormalTensors = new Map()
  const take = (name: string, from: string, ...shape: number[]) => {
    tensors.set(name, checkpointTensor(files, from, shape))
  }
  const affine = (name: string, from: string, ...shape: number[]) => {
    take(`${name}.weight`, `${from}.weight`, ...shape)
    take(`${name}.bias`, `${from}.bias`, shape[0]!)
  }
  take('encoder.embed.weight', 'bert.embeddings.word_embeddings.weight', vocabulary, width)
  const table = 'bert.embeddings.position_embeddings.weight'
  const all = checkpointTensor(files, table, [config.count('max_position_embeddings'), width])
  tensors.set(
    'encoder.position.weight',
    lazyTensor([positions, width], () => {
      const rows = new Float32Array(positions * width)
      // Padding beyond the last position is masked, so its values do not matter.
      rows.set(all.rows(0, Math.min(positions, all.shape[0]!)))
      return rows
    }),
  )
  take('encoder.type.weight', 'bert.embeddings.token_type_embeddings.weight', 2, width)
  affine('encoder.embed.norm', 'bert.embeddings.LayerNorm', width)
  for (let i = 0; i < layers; i++) {
    const layer = `bert.encoder.layer.${i}`
    const to = `encoder.${i}`
    affine(`${to}.attention.q`, `${layer}.attention.self.query`, width, width)
    affine(`${to}.attention.k`, `${layer}.attention.self.key`, width, width)
    affine(`${to}.attention.v`, `${layer}.attention.self.value`, width, width)
    affine(`${to}.attention.o`, `${layer}.attention.output.dense`, width, width)
    affine(`${to}.attention.norm`, `${layer}.attention.output.LayerNorm`, width)
    affine(`${to}.ff.up`, `${layer}.intermediate.dense`, ffWidth, width)
    affine(`${to}.ff.down`, `${layer}.output.dense`, width, ffWidth)
    affine(`${to}.ff.norm`, `${layer}.output.LayerNorm`, width)
  }
  return tensors
}
