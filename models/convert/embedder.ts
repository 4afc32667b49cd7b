import { RerankError } from '../../src/api/errors.js'
import { toolError } from '../../src/api/toolErrors.js'
import type { Architecture, Embedder, Pooling } from '../../src/model/manifest.js'
import {
  type AlonePrompts,
  comparesLengths,
  readAlonePrompts,
  readTokenMarkers,
  type TokenMarkers,
} from './alonePrompts.js'
import { type CheckpointFolder, subfolder } from './checkpointFolder.js'
import { checkpointTensor, type NormalTensors } from './normalTensor.js'
import type { DenseModule, SentenceModules } from './sentenceModules.js'
import type { TensorFiles } from './storedTensor.js'
import { openTensorFiles } from './tensorFiles.js'

export interface EmbedderOptions {
  /** How the tokens' vectors become the text's, if the checkpoint does not say. */
  pooling?: 'mean' | 'cls' | 'last' | undefined
  /** The first numbers of a vector that are kept (Matryoshka). @default all */
  dimensions?: number | undefined
  /** Put before queries and passages. @default what the checkpoint says, else nothing */
  queryPrompt?: string | undefined
  passagePrompt?: string | undefined
}

/** What is known of a checkpoint that reads every text alone, beside its encoder. */
export interface Alone {
  embedder: Embedder
  /** The dense layers' weights: the folder's of a module, or `linear` of the encoder's own file. */
  dense: readonly (DenseModule | 'linear')[]
  prompts: AlonePrompts
  markers?: TokenMarkers
}

/** Stanford's ColBERT keeps its projection beside the encoder. */
const LINEAR = 'linear.weight'
const POOLINGS: Record<string, Pooling> = { mean: 'mean', cls: 'first', last: 'last' }

/**
 * @param linear the shape of the projection in the encoder's own file, if there is one
 * @throws RerankError bad-config, bad-option, unknown-architecture, which name what is unknown
 */
export function readAlone(
  folder: CheckpointFolder,
  modules: SentenceModules | undefined,
  width: number,
  options: EmbedderOptions,
): Alone {
  const markers = readTokenMarkers(folder)
  const comparesTokens = markers !== undefined && !modules?.pooling
  if (comparesTokens) {
    if (options.pooling || options.dimensions || options.queryPrompt || options.passagePrompt) {
      throw new RerankError(
        'bad-option',
        'The checkpoint compares tokens: it has neither pooling, dimensions nor prompts',
      )
    }
    const dense = modules ? modules.dense : (['linear'] as const)
    const layers = modules ? denseLayers(modules.dense, width) : []
    const embedder: Embedder = { scoring: 'late-interaction', pooling: 'mean', dense: layers }
    return { embedder, dense, markers, prompts: { passage: '', named: {} } }
  }
  const pooling = (options.pooling && POOLINGS[options.pooling]) ?? modules?.pooling
  if (!pooling) {
    throw toolError(
      'unknown-architecture',
      'The checkpoint does not say how the vectors of tokens become that of a text',
      {
        remedy:
          'Pass --pooling mean, cls or last: the model card says which. Or download modules.json and its folders.',
      },
    )
  }
  if (modules?.pooling && pooling !== modules.pooling) {
    throw new RerankError('bad-option', `modules.json says that the pooling is ${modules.pooling}, not ${pooling}`)
  }
  if (comparesLengths(folder) && !modules?.normalized) {
    throw toolError(
      'unknown-architecture',
      'The vectors are compared by their product, lengths included; here lengths are 1',
    )
  }
  const dense = modules?.dense ?? []
  const layers = denseLayers(dense, width)
  const { dimensions } = options
  const widest = layers.at(-1)?.outputs ?? width
  if (dimensions !== undefined && dimensions > widest) {
    throw new RerankError('bad-option', `The vectors have ${widest} numbers, ${dimensions} are asked for`)
  }
  const embedder: Embedder = { scoring: 'similarity', pooling, dense: layers, ...(dimensions && { dimensions }) }
  return { embedder, dense, prompts: readAlonePrompts(folder, options) }
}

function denseLayers(modules: readonly DenseModule[], width: number): Embedder['dense'] {
  return modules.map(({ path, inputs, outputs, bias, activation }, i) => {
    const before = modules[i - 1]?.outputs ?? width
    if (inputs !== before)
      throw toolError('bad-config', `${path} takes ${inputs} numbers, ${before} come from before it`)
    return { outputs, bias, ...(activation === 'tanh' && { activation }) }
  })
}

/** Stanford's projection, whose size only the weights tell. */
export function withLinear(alone: Alone, files: TensorFiles): Alone {
  if (alone.dense[0] !== 'linear') return alone
  const outputs = files.tensors.get(LINEAR)?.shape[0] ?? 0
  return { ...alone, embedder: { ...alone.embedder, dense: [{ outputs, bias: false }] } }
}

/**
 * The dense layers' tensors. The files of their modules are opened, read and closed.
 * @throws RerankError missing-tensor, wrong-shape
 */
export function denseTensors(
  folder: CheckpointFolder,
  { dense }: Alone,
  files: TensorFiles,
  { width, embedder }: Architecture,
): NormalTensors {
  const tensors: NormalTensors = new Map()
  dense.forEach((module, i) => {
    const { outputs, bias } = embedder!.dense[i]!
    const inputs = embedder!.dense[i - 1]?.outputs ?? width
    const own = module === 'linear' ? files : openTensorFiles(subfolder(folder, module.path))
    const take = (part: string, ...shape: number[]) => {
      const tensor = checkpointTensor(own, `linear.${part}`, shape)
      const data = tensor.rows(0, shape[0]!)
      const size = data.length / shape[0]!
      tensors.set(`embedder.${i}.${part}`, { shape, rows: (from, to) => data.slice(from * size, to * size) })
    }
    try {
      take('weight', outputs, inputs)
      if (bias) take('bias', outputs)
    } finally {
      if (module !== 'linear') own.close()
    }
  })
  return tensors
}
