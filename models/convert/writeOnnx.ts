import type { Depth, Dtype, Precision } from '../../src/api/models.js'
import { buildAnchor } from '../../src/graph/anchor.js'
import { buildEncoderStage } from '../../src/graph/encoder.js'
import { buildHead } from '../../src/graph/head.js'
import { type OnnxGraph, selfContainedParts } from '../../src/graph/onnx.js'
import type { TensorSource } from '../../src/model/tensors.js'
import { HashedFile } from './hashedFile.js'
import { asListwise, type ProbeModel } from './probe.js'

/**
 * Writes the graphs that Node and WASM run as self-contained .onnx files for other programs: the encoder to the default
 * depth, and the anchor decoder or the pointwise head. If texts alone run deeper, also the encoder to its last layer.
 * @returns the files written
 * @throws RerankError unsupported (a graph beyond the 2 GiB of a protocol buffer)
 */
export function writeOnnx(
  source: TensorSource,
  { architecture, views, prompt, depth }: ProbeModel & { depth: Depth },
  dtype: Dtype,
  folder: string,
  onProgress: (share: number) => void,
): { path: string; bytes: number }[] {
  const precisions: Precision[] = dtype === 'fp32' ? ['fp32'] : ['fp32', 'int8']
  const shape = { views, firstView: prompt.firstView }
  const to = depth === 'cascade' ? architecture.exits.at(-1)! : depth
  const deeper = to < architecture.layers && prompt.embed !== undefined
  const files: { path: string; bytes: number }[] = []
  const write = (path: string, graph: OnnxGraph) => {
    const file = new HashedFile(folder, path)
    try {
      for (const part of selfContainedParts(graph)) file.write(part)
    } finally {
      file.close()
    }
    files.push({ path, bytes: file.bytes })
    onProgress(files.length / (precisions.length * (architecture.decoder || deeper ? 3 : 2)))
  }
  for (const precision of precisions) {
    const dialect = { device: 'wasm', precision } as const
    const encoder = (end: number) => buildEncoderStage(source, architecture, shape, dialect, { from: 0, to: end })
    write(`encoder.${precision}.onnx`, encoder(to))
    if (deeper) write(`texts.${precision}.onnx`, encoder(architecture.layers))
    if (architecture.decoder) {
      write(`decoder.${precision}.onnx`, buildAnchor(source, asListwise(architecture), 1, dialect))
    }
    const head = architecture.anchor ? 'anchor' : 'head'
    write(`${head}.${precision}.onnx`, buildHead(source, architecture, views, dialect))
  }
  return files
}
