import { basename } from 'node:path'
import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { headerLength, LENGTH_BYTES, parseHeader } from '../../src/model/safetensorsHeader.js'
import { describeValue } from '../../src/util/describeValue.js'
import type { CheckpointFolder } from './checkpointFolder.js'
import { findOnnx, openOnnxWeights } from './onnxWeights.js'
import { isLfsPointer, type OpenFile } from './openFile.js'
import type { StoredTensor, TensorFiles } from './storedTensor.js'
import { readTorchFile } from './torchFile.js'

const SINGLE = ['model.safetensors', 'pytorch_model.bin']

/**
 * Opens the weights of a checkpoint: one file, or shards with an index; safetensors, or else torch.save, or else ONNX.
 * @throws RerankError missing-file, missing-shard, truncated-file, bad-header, bad-offsets, bad-zip, unsafe-pickle,
 * legacy-pickle
 */
export function openTensorFiles(folder: CheckpointFolder): TensorFiles {
  for (const name of SINGLE) {
    if (folder.has(name)) return openAll(folder, [name])
    if (folder.has(`${name}.index.json`)) return openAll(folder, shards(folder, `${name}.index.json`))
  }
  const onnx = findOnnx(folder)
  if (onnx) return openOnnxWeights(folder, onnx)
  throw toolError('missing-file', `There is neither ${SINGLE.join(' nor ')} nor an index of shards in the folder`)
}

function shards(folder: CheckpointFolder, index: string): string[] {
  let map: unknown
  try {
    map = (JSON.parse(new TextDecoder().decode(folder.read(index))) as { weight_map?: unknown }).weight_map
  } catch (cause) {
    throw modelError('bad-header', `${index} is not JSON`, { cause })
  }
  if (typeof map !== 'object' || map === null) throw modelError('bad-header', `${index} has no weight_map`)
  const names = [...new Set(Object.values(map) as unknown[])]
  for (const name of names) {
    if (typeof name !== 'string' || name !== basename(name)) {
      throw modelError('bad-header', `${index} names ${describeValue(name)}, which is no file of the folder`)
    }
    if (!folder.has(name)) throw toolError('missing-shard', `${index} names ${describeValue(name)}, which is missing`)
  }
  return names as string[]
}

function openAll(folder: CheckpointFolder, names: string[]): TensorFiles {
  const files: OpenFile[] = []
  const close = () => {
    for (const file of files) file.close()
  }
  try {
    const tensors = new Map<string, StoredTensor>()
    for (const name of names) {
      const file = folder.open(name)
      files.push(file)
      if (isLfsPointer(file)) {
        throw toolError('missing-file', `${name} is a Git LFS pointer, not the file itself`, {
          remedy: 'Run `git lfs pull`.',
        })
      }
      for (const tensor of name.endsWith('.safetensors') ? readSafetensors(file) : readTorchFile(file)) {
        if (tensors.has(tensor.name)) throw modelError('bad-header', `Two shards hold ${tensor.name}`)
        tensors.set(tensor.name, tensor)
      }
    }
    return { tensors, close }
  } catch (error) {
    close()
    throw error
  }
}

function readSafetensors(file: OpenFile): StoredTensor[] {
  const length = headerLength(file.read(0, Math.min(LENGTH_BYTES, file.bytes)), file.bytes)
  const entries = parseHeader(file.read(LENGTH_BYTES, length), file.bytes)
  return [...entries].map(([name, { dtype, shape, begin }]) => ({ name, dtype, shape, begin, file }))
}
