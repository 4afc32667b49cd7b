import { toolError } from '../../src/api/toolErrors.js'
import type { CrossEncoderArchitecture } from '../../src/model/manifest.js'
import { describeValue } from '../../src/util/describeValue.js'
import { bertEncoder, bertEncoderTensors } from './bert.js'
import type { Config } from './config.js'
import { checkpointTensor, type NormalTensors } from './normalTensor.js'
import type { TensorFiles } from './storedTensor.js'

const CLASS = 'BertForSequenceClassification'

/**
 * Cross-encoders of the BERT family, as sentence-transformers and others train them. @throws RerankError bad-config,
 * unknown-architecture, bad-option
 */
export function crossEncoderArchitecture(config: Config, maxLength: number): CrossEncoderArchitecture {
  const classes = config.texts('architectures', [CLASS])
  if (!classes.includes(CLASS)) {
    throw unknown(`The checkpoint is a ${classes.join(', ')}, not a ${CLASS}: it has no head that scores a pair`)
  }
  const positions = config.text('position_embedding_type', 'absolute')
  if (positions !== 'absolute') throw unknown(`The position embeddings ${describeValue(positions)} are not known`)
  const encoder = bertEncoder(config, maxLength)
  return { ...encoder, exits: [encoder.layers], pointwise: true }
}

/** @throws RerankError missing-tensor, wrong-shape, unknown-architecture */
export function crossEncoderTensors(
  files: TensorFiles,
  architecture: CrossEncoderArchitecture,
  config: Config,
): NormalTensors {
  const { width } = architecture
  const labels = files.tensors.get('classifier.weight')?.shape[0]
  if (labels !== undefined && labels !== 1) {
    throw unknown(`The checkpoint sorts pairs into ${labels} classes; a reranker gives one score`)
  }
  const tensors = bertEncoderTensors(files, architecture, config)
  const take = (name: string, from: string, ...shape: number[]) =>
    tensors.set(name, checkpointTensor(files, from, shape))
  take('head.pooler.weight', 'bert.pooler.dense.weight', width, width)
  take('head.pooler.bias', 'bert.pooler.dense.bias', width)
  take('head.classifier.weight', 'classifier.weight', 1, width)
  take('head.classifier.bias', 'classifier.bias', 1)
  return tensors
}

const unknown = (message: string) => toolError('unknown-architecture', message)
