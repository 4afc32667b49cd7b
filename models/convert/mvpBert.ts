import { toolError } from '../../src/api/toolErrors.js'
import type { MvpBertArchitecture } from '../../src/model/manifest.js'
import { anchorTensors } from './anchorTensors.js'
import { bertEncoder, bertEncoderTensors } from './bertEncoder.js'
import type { Config } from './config.js'
import { BERT } from './encoderFamily.js'
import { checkpointTensor, type NormalTensors } from './normalTensor.js'
import type { TensorFiles } from './storedTensor.js'
import { activationOf } from './t5.js'

/** The mvp-bert checkpoints that models/train writes. @throws RerankError bad-config, unknown-architecture */
export function mvpBertArchitecture(config: Config, maxLength: number): MvpBertArchitecture {
  const encoder = bertEncoder(config, BERT, maxLength)
  const { layers } = encoder
  const exits = config.counts('exits')
  if (exits.length === 0 || exits.some((exit, i) => exit <= (exits[i - 1] ?? 0) || exit > layers)) {
    throw toolError(
      'bad-config',
      `exits ${exits.slice(0, 9)} should ascend, to at most the number of layers, ${layers}`,
    )
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

/** @throws RerankError missing-tensor, wrong-shape */
export function mvpBertTensors(
  files: TensorFiles,
  architecture: MvpBertArchitecture,
  config: Config,
  views: number,
): NormalTensors {
  const { width, exits } = architecture
  const tensors = bertEncoderTensors(files, architecture, config, BERT)
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
