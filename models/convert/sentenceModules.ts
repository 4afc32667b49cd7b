import { toolError } from '../../src/api/toolErrors.js'
import type { Pooling } from '../../src/model/manifest.js'
import { describeValue } from '../../src/util/describeValue.js'
import { type CheckpointFolder, parseJson, readJson, subfolder } from './checkpointFolder.js'
import { Config } from './config.js'

/** A linear layer after the pooling, or of a late-interaction model after the encoder. */
export interface DenseModule {
  path: string
  inputs: number
  outputs: number
  bias: boolean
  activation: 'identity' | 'tanh'
}

/** What sentence-transformers wrote beside the encoder: how its outputs become the vectors that are compared. */
export interface SentenceModules {
  /** Where config.json and the encoder's weights lie. */
  encoder: string
  /** Absent for a model that compares tokens. */
  pooling?: Pooling
  dense: DenseModule[]
  normalized: boolean
  /** Longest input in tokens. */
  maxLength?: number
}

const PLACES: Record<string, Pooling> = {
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_cls_token: 'first',
  pooling_mode_lasttoken: 'last',
}
const POOLINGS: Record<string, Pooling> = { mean: 'mean', cls: 'first', lasttoken: 'last' }

/**
 * Reads modules.json and the configurations of its modules.
 * @returns undefined without a modules.json
 * @throws RerankError bad-config, unknown-architecture, which name the module
 */
export function readSentenceModules(folder: CheckpointFolder): SentenceModules | undefined {
  if (!folder.has('modules.json')) return undefined
  const list = parseJson(folder, 'modules.json')
  if (!Array.isArray(list)) throw toolError('bad-config', 'modules.json is not a list')
  const modules: SentenceModules = { encoder: '', dense: [], normalized: false }
  list.forEach((entry: unknown, i) => {
    const { type, path = '' } = (entry ?? {}) as Record<string, unknown>
    if (typeof type !== 'string' || typeof path !== 'string') {
      throw toolError('bad-config', `modules.json[${i}] has no type and path`)
    }
    const kind = type.split('.').at(-1)!
    if ((i === 0) !== (kind === 'Transformer')) throw unknown(`modules.json[${i}] is a ${kind}`)
    if (modules.normalized) throw unknown(`modules.json[${i}] is a ${kind} after the normalization`)
    if (kind === 'Transformer') {
      modules.encoder = path
      const length = maxLength(subfolder(folder, path))
      if (length !== undefined) modules.maxLength = length
    } else if (kind === 'Pooling') modules.pooling = readPooling(subfolder(folder, path), i)
    else if (kind === 'Dense') modules.dense.push(readDense(subfolder(folder, path), path))
    else if (kind === 'Normalize') modules.normalized = true
    else throw unknown(`modules.json[${i}] is a ${describeValue(type)}`)
  })
  return modules
}

function maxLength(encoder: CheckpointFolder): number | undefined {
  const json = readJson(encoder, 'sentence_bert_config.json')
  if (!json || json.max_seq_length === null || json.max_seq_length === undefined) return undefined
  return new Config(json).count('max_seq_length')
}

function readPooling(folder: CheckpointFolder, i: number): Pooling {
  const json = readJson(folder, 'config.json')
  if (!json) throw toolError('missing-file', `The pooling of modules.json[${i}] has no config.json`)
  const modes = Object.keys(json).filter(key => key.startsWith('pooling_mode_') && json[key] === true)
  const [mode, ...others] = modes
  const pooling =
    typeof json.pooling_mode === 'string'
      ? POOLINGS[json.pooling_mode]
      : others.length === 0 && mode !== undefined
        ? PLACES[mode]
        : undefined
  if (!pooling) throw unknown(`The pooling is by ${describeValue(json.pooling_mode ?? modes.join(' and '))}`)
  if (json.include_prompt === false) throw unknown('The pooling leaves the prompt out (include_prompt)')
  return pooling
}

function readDense(folder: CheckpointFolder, path: string): DenseModule {
  const json = readJson(folder, 'config.json')
  if (!json) throw toolError('missing-file', `The module ${path} has no config.json`)
  const config = new Config(json)
  const name = config.text('activation_function', 'torch.nn.modules.activation.Tanh').split('.').at(-1)!
  const activation = name === 'Identity' ? 'identity' : name === 'Tanh' ? 'tanh' : undefined
  if (!activation) throw unknown(`The activation ${describeValue(name)} of ${path} is not known`)
  if (json.use_residual === true) throw unknown(`The module ${path} adds its input to its output (use_residual)`)
  return {
    path,
    inputs: config.count('in_features'),
    outputs: config.count('out_features'),
    bias: json.bias !== false,
    activation,
  }
}

const unknown = (message: string) => toolError('unknown-architecture', message)
