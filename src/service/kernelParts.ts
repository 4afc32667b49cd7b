import { KernelAnchorDecoder } from '../engine/kernelAnchorDecoder.js'
import { KernelEncoder } from '../engine/kernelEncoder.js'
import type { BuildParts } from '../engine/parts.js'
import { AnchorHead } from '../kernels/anchorHead.js'
import type { KernelHead } from '../kernels/kernelHead.js'
import { KernelModel } from '../kernels/kernelModel.js'
import type { OpenKernels } from '../kernels/openKernels.js'
import { PointwiseHead } from '../kernels/pointwiseHead.js'
import { type BertArchitecture, type Manifest, stageEnds } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import type { KernelRuntime } from '../runtime/kernelRuntimes.js'

/** Encoder and decoder in the memory of our own kernels. `planKernels` refuses models that do not fit. */
export const buildKernelParts: BuildParts<KernelRuntime> = async ({ kernels: open }, manifest, weights, onStage) => {
  const { kernels, heap, places, runJob } = open
  const architecture = manifest.architecture as BertArchitecture
  const { maxLength } = manifest.prompt
  const model = KernelModel.create(kernels, heap, weights, architecture, maxLength, places, runJob)
  onStage(stageEnds(architecture).length)
  const head = headOf(open, manifest, architecture, weights)
  return {
    encoder: new KernelEncoder(model, manifest, weights, places),
    decoder: head && new KernelAnchorDecoder(head),
  }
}

function headOf(
  { kernels, heap }: OpenKernels,
  { views }: Manifest,
  architecture: BertArchitecture,
  weights: TensorSource,
): KernelHead | undefined {
  if (architecture.embedder) return undefined
  return architecture.anchor
    ? new AnchorHead(kernels, heap, weights, architecture, views)
    : new PointwiseHead(kernels, heap, weights, architecture)
}
