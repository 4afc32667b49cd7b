import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import type { Architecture } from '../../src/model/manifest.js'
import { layout, type TensorSpec } from '../../src/model/tensorLayout.js'
import type { TensorSource } from '../../src/model/tensors.js'
import { describeValue } from '../../src/util/describeValue.js'
import { longestInput } from './bertEncoder.js'
import { Config } from './config.js'
import { crossEncoderArchitecture, crossEncoderTensors } from './crossEncoder.js'
import { ENCODER_FAMILIES, type EncoderFamily } from './encoderFamily.js'
import { mvpBertArchitecture, mvpBertTensors } from './mvpBert.js'
import { allRows, type NormalTensors } from './normalTensor.js'
import type { TensorFiles } from './storedTensor.js'
import { t5Architecture, t5Tensors } from './t5.js'
import { openTensorFiles } from './tensorFiles.js'
import { readTokenizerConfig } from './tokenizerConfig.js'

/** A checkpoint folder with the names and layout of the model format, unquantized. */
export interface Checkpoint {
  architecture: Architecture
  /** Of a cross-encoder. */
  family?: EncoderFamily
  config: Config
  /**
   * The number of views that the checkpoint fixes (mvp-bert; 1 for the [CLS] of a cross-encoder). Absent if the caller
   * chooses (T5).
   */
  views?: number
  /** Longest prompt in tokens. */
  maxLength: number
  /** All tensors of the converted model, in the order of its file. */
  specs: TensorSpec[]
  /** Rows `from` to `to` of a tensor, read when called. */
  rows(name: string, from: number, to: number): Float32Array
  /** Whole tensors, in full precision, for the graph builders. */
  source: TensorSource
  close(): void
}

// mT5 is T5 1.1 with another tokenizer; its checkpoints are wired alike.
const T5_TYPES = ['t5', 'mt5']

// As in MVP's published runs on passages.
const LENGTH = 256

/**
 * Opens a checkpoint and checks that every tensor exists and has the right shape. Weights are read on demand.
 * @param options.maxLength longest prompt in tokens; default: an mvp-bert checkpoint's own, all that a cross-encoder
 * can read, else 256
 * @throws RerankError not-a-folder, missing-file, bad-config, unknown-architecture, missing-tensor, wrong-shape, and
 * those of openTensorFiles
 */
export function openCheckpoint(folder: string, options: { maxLength?: number } = {}): Checkpoint {
  const config = readConfig(folder)
  const { architecture, family, maxLength, views, tensorsOf } = readKind(folder, config, options.maxLength)
  const files = openTensorFiles(folder)
  try {
    const tensors = tensorsOf(files)
    return {
      architecture,
      ...(family && { family }),
      config,
      maxLength,
      ...(views === undefined ? {} : { views }),
      specs: layout(architecture, tensors.get('anchor.start')?.shape[0] ?? 1),
      rows: (name, from, to) => tensors.get(name)!.rows(from, to),
      source: fullPrecision(tensors),
      close: files.close,
    }
  } catch (error) {
    files.close()
    throw error
  }
}

interface Kind {
  architecture: Architecture
  family?: EncoderFamily
  maxLength: number
  views?: number
  tensorsOf(files: TensorFiles): NormalTensors
}

/** @throws RerankError unknown-architecture, bad-config, bad-option */
function readKind(folder: string, config: Config, asked: number | undefined): Kind {
  const type = config.text('model_type', 'missing')
  if (T5_TYPES.includes(type)) {
    const architecture = t5Architecture(config)
    return { architecture, maxLength: asked ?? LENGTH, tensorsOf: files => t5Tensors(files, architecture, config) }
  }
  if (type === 'mvp-bert') {
    const views = config.counts('view_token_ids').length
    const maxLength = asked ?? config.count('max_length', { or: LENGTH })
    const architecture = mvpBertArchitecture(config, maxLength)
    return { architecture, maxLength, views, tensorsOf: files => mvpBertTensors(files, architecture, config, views) }
  }
  const family = ENCODER_FAMILIES.get(type)
  if (family) {
    const longest = longestInput(config, family)
    const maxLength = asked ?? Math.min(longest, readTokenizerConfig(folder).maxLength ?? longest)
    const architecture = crossEncoderArchitecture(config, family, maxLength)
    const tensorsOf = (files: TensorFiles) => crossEncoderTensors(files, architecture, config, family)
    return { architecture, family, maxLength, views: 1, tensorsOf }
  }
  throw toolError('unknown-architecture', `model_type ${describeValue(type)} is not known`)
}

function readConfig(folder: string): Config {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw toolError('not-a-folder', `${folder} is not a folder`)
  }
  let text: string
  try {
    text = readFileSync(join(folder, 'config.json'), 'utf8')
  } catch (cause) {
    throw toolError('missing-file', 'The folder has no config.json', { cause })
  }
  return Config.parse(text)
}

function fullPrecision(tensors: NormalTensors): TensorSource {
  return {
    has: name => tensors.has(name),
    get(name) {
      const tensor = tensors.get(name)
      if (!tensor) throw modelError('missing-tensor', `The checkpoint has no ${name}`)
      return { kind: 'fp32', shape: tensor.shape, data: allRows(tensor) }
    },
  }
}
