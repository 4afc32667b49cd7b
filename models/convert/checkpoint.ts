import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { RerankError } from '../../src/errors.js'
import type { TensorSource } from '../../src/graph/tensors.js'
import { layout, type TensorSpec } from '../../src/store/layout.js'
import type { Architecture } from '../../src/store/manifest.js'
import { bertArchitecture, bertTensors } from './bert.js'
import { Config } from './config.js'
import { type NormalTensors, whole } from './normalTensor.js'
import { t5Architecture, t5Tensors } from './t5.js'
import { openTensorFiles } from './tensorFiles.js'

/** A checkpoint folder under the names and in the form of the model format, unquantized. */
export interface Checkpoint {
  architecture: Architecture
  config: Config
  /** Number of views that the checkpoint fixes (mvp-bert); absent where it is up to the caller (T5). */
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
 * Opens a checkpoint and checks that all of its tensors are there and of the right shape. Weights are read only when asked for.
 * @param options.maxLength longest prompt in tokens; 256, or what an mvp-bert checkpoint says
 * @throws RerankError not-a-folder, missing-file, bad-config, unknown-architecture, missing-tensor, wrong-shape, and those of openTensorFiles
 */
export async function openCheckpoint(folder: string, options: { maxLength?: number } = {}): Promise<Checkpoint> {
  const config = readConfig(folder)
  const type = config.text('model_type', 'missing')
  const bert = type === 'mvp-bert'
  if (!bert && !T5_TYPES.includes(type)) {
    throw new RerankError('unknown-architecture', `model_type ${JSON.stringify(type)} is not known`)
  }
  const views = bert ? config.counts('view_token_ids').length : undefined
  const maxLength = options.maxLength ?? (bert ? config.count('max_length', { or: LENGTH }) : LENGTH)
  const architecture = bert ? bertArchitecture(config, maxLength) : t5Architecture(config)
  const files = openTensorFiles(folder)
  try {
    const tensors =
      architecture.family === 'bert'
        ? bertTensors(files, architecture, config, views!)
        : t5Tensors(files, architecture, config)
    return {
      architecture,
      config,
      maxLength,
      ...(views === undefined ? {} : { views }),
      specs: layout(architecture, tensors.get('anchor.start')!.shape[0]!),
      rows: (name, from, to) => tensors.get(name)!.rows(from, to),
      source: fullPrecision(tensors),
      close: files.close,
    }
  } catch (error) {
    files.close()
    throw error
  }
}

function readConfig(folder: string): Config {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RerankError('not-a-folder', `${folder} is not a folder`)
  }
  let text: string
  try {
    text = readFileSync(join(folder, 'config.json'), 'utf8')
  } catch (cause) {
    throw new RerankError('missing-file', 'The folder has no config.json', { cause })
  }
  return Config.parse(text)
}

function fullPrecision(tensors: NormalTensors): TensorSource {
  return {
    has: name => tensors.has(name),
    get(name) {
      const tensor = tensors.get(name)
      if (!tensor) throw new RerankError('missing-tensor', `The checkpoint has no ${name}`)
      return { kind: 'fp32', shape: tensor.shape, data: whole(tensor) }
    },
  }
}
