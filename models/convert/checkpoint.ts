import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import type { Architecture } from '../../src/model/manifest.js'
import { layout, type TensorSpec } from '../../src/model/tensorLayout.js'
import type { TensorSource } from '../../src/model/tensors.js'
import { type CheckpointFolder, subfolder } from './checkpointFolder.js'
import { type CheckpointOptions, readKind } from './checkpointKind.js'
import { Config } from './config.js'
import { type Alone, denseTensors, withLinear } from './embedder.js'
import type { TextFamily } from './encoderFamily.js'
import { allRows, type NormalTensors } from './normalTensor.js'
import { configFromOnnx } from './onnxConfig.js'
import { findOnnx, openOnnxWeights } from './onnxWeights.js'
import { openFolder } from './openFolder.js'
import { readSentenceModules } from './sentenceModules.js'
import type { TensorFiles } from './storedTensor.js'
import { openTensorFiles } from './tensorFiles.js'

/** A checkpoint folder with the names and layout of the model format, unquantized. */
export interface Checkpoint {
  folder: CheckpointFolder
  /** The part of it with the encoder and its tokenizer. */
  encoder: CheckpointFolder
  architecture: Architecture
  /** How special tokens stand around texts; of cross-encoders and embedders. */
  texts?: TextFamily
  /** Of an embedder. */
  alone?: Alone
  config: Config
  /**
   * The number of views that the checkpoint fixes (mvp-bert; 1 for the [CLS] of a cross-encoder). Absent if the caller
   * chooses (T5).
   */
  views?: number
  /** The default depth of the converted model. */
  depth: number
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

/**
 * Opens a checkpoint and checks that every tensor exists and has the right shape. Weights are read on demand.
 * @param options.maxLength longest prompt in tokens; default: an mvp-bert checkpoint's own, all that a cross-encoder
 * can read, else 256
 * @throws RerankError not-a-folder, missing-file, bad-config, unknown-architecture, missing-tensor, wrong-shape, and
 * those of openTensorFiles
 */
export function openCheckpoint(source: string | CheckpointFolder, options: CheckpointOptions = {}): Checkpoint {
  const folder = typeof source === 'string' ? openFolder(source) : source
  const modules = readSentenceModules(folder)
  const encoder = subfolder(folder, modules?.encoder ?? '')
  // Only an ONNX export tells by its graph what config.json says.
  const onnx = encoder.has('config.json') ? undefined : openOnnxAlone(encoder)
  let opened: TensorFiles | undefined = onnx
  try {
    const config = onnx ? configFromOnnx(onnx, onnx.path) : readConfig(encoder)
    const kind = readKind({ folder, encoder, modules }, config, options)
    const files = opened ?? openTensorFiles(encoder)
    opened = files
    const alone = kind.alone && withLinear(kind.alone, files)
    const architecture = alone
      ? ({ ...kind.architecture, embedder: alone.embedder } as Architecture)
      : kind.architecture
    const tensors = kind.tensorsOf(files, architecture)
    if (alone) for (const [name, tensor] of denseTensors(folder, alone, files, architecture)) tensors.set(name, tensor)
    return {
      folder,
      encoder,
      architecture,
      ...(kind.texts && { texts: kind.texts }),
      ...(alone && { alone }),
      config,
      maxLength: kind.maxLength,
      ...(kind.views === undefined ? {} : { views: kind.views }),
      depth: kind.depth ?? architecture.exits.at(-1)!,
      specs: layout(architecture, tensors.get('anchor.start')?.shape[0] ?? 1),
      rows: (name, from, to) => tensors.get(name)!.rows(from, to),
      source: fullPrecision(tensors),
      close: files.close,
    }
  } catch (error) {
    opened?.close()
    throw error
  }
}

function openOnnxAlone(folder: CheckpointFolder) {
  const path = findOnnx(folder)
  return path === undefined ? undefined : { ...openOnnxWeights(folder, path), path }
}

function readConfig(folder: CheckpointFolder): Config {
  let bytes: Uint8Array
  try {
    bytes = folder.read('config.json')
  } catch (cause) {
    throw toolError('missing-file', 'The folder has no config.json', { cause })
  }
  return Config.parse(new TextDecoder().decode(bytes))
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
