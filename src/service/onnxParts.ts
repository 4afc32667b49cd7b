import { OnnxAnchorDecoder } from '../engine/onnxAnchorDecoder.js'
import { OnnxEncoder } from '../engine/onnxEncoder.js'
import type { BuildParts } from '../engine/parts.js'
import type { Runtime } from '../runtime/runtime.js'

/** Encoder and decoder as sessions of onnxruntime. */
export const buildOnnxParts: BuildParts<Runtime> = async (runtime, manifest, weights, onStage, family) => {
  const encoder = await OnnxEncoder.create(runtime, manifest, weights, family, onStage)
  try {
    const decoder = manifest.architecture.embedder
      ? undefined
      : await OnnxAnchorDecoder.create(runtime, manifest, weights)
    return { encoder, decoder }
  } catch (error) {
    await encoder.release()
    throw error
  }
}
