import { toolError } from '../../src/api/toolErrors.js'
import type { CrossEncoderArchitecture } from '../../src/model/manifest.js'
import { bertEncoder, bertEncoderTensors, checkPlain } from './bertEncoder.js'
import type { Config } from './config.js'
import type { EncoderFamily } from './encoderFamily.js'
import { checkpointTensor, type NormalTensors } from './normalTensor.js'
import type { TensorFiles } from './storedTensor.js'

/**
 * Cross-encoders of BERT and the families wired like it, as sentence-transformers and others train them.
 * @throws RerankError bad-config, unknown-architecture, bad-option
 */
export function crossEncoderArchitecture(
  config: Config,
  family: EncoderFamily,
  maxLength: number,
): CrossEncoderArchitecture {
  const { classifier, poolerActivation } = family
  const classes = config.texts('architectures', [classifier])
  if (!classes.includes(classifier)) {
    throw unknown(`The checkpoint is a ${classes.join(', ')}, not a ${classifier}: it has no head that scores a pair`)
  }
  checkPlain(config, classifier)
  const encoder = bertEncoder(config, family, maxLength)
  return { ...encoder, exits: [encoder.layers], pointwise: true, ...(poolerActivation && { poolerActivation }) }
}

/** @throws RerankError missing-tensor, wrong-shape, unknown-architecture */
export function crossEncoderTensors(
  files: TensorFiles,
  architecture: CrossEncoderArchitecture,
  config: Config,
  family: EncoderFamily,
): NormalTensors {
  const { width } = architecture
  const { pooler, output } = family
  const labels = files.tensors.get(`${output}.weight`)?.shape[0]
  if (labels !== undefined && labels !== 1) {
    throw unknown(`The checkpoint sorts pairs into ${labels} classes; a reranker gives one score`)
  }
  const tensors = bertEncoderTensors(files, architecture, config, family)
  const take = (name: string, from: string, ...shape: number[]) =>
    tensors.set(name, checkpointTensor(files, from, shape))
  take('head.pooler.weight', `${pooler}.weight`, width, width)
  take('head.pooler.bias', `${pooler}.bias`, width)
  take('head.classifier.weight', `${output}.weight`, 1, width)
  take('head.classifier.bias', `${output}.bias`, 1)
  return tensors
}

const unknown = (message: string) => toolError('unknown-architecture', message)
