import type { Tensor } from 'onnxruntime-common'
import type { EncodedPrompt } from '../../src/engine/prompt.js'
import { buildEncoderStage } from '../../src/graph/encoder.js'
import type { TensorSource, Weight } from '../../src/model/tensors.js'
import { float16ToFloat32 } from '../../src/util/float16.js'
import { firstLayerInputs, nextLayerInputs, type ProbeModel, type ProbeRun, withEmbeddingRows } from './probe.js'
import { quantize4 } from './quantize.js'

/**
 * The encoder layers that lose most in 4 bits: those whose output, for an input in full precision, has the largest
 * error. They gain most from 8 bits.
 * @returns `count` of them, ascending
 */
export async function layersWorthBits(
  source: TensorSource,
  model: ProbeModel,
  prompts: readonly EncodedPrompt[],
  count: number,
  run: ProbeRun,
): Promise<number[]> {
  const { views, prompt, architecture } = model
  const used = [...new Set([prompt.padId, ...prompts.flatMap(({ ids }) => ids)])]
  const few = { ...architecture, vocabulary: used.length }
  const exact = withEmbeddingRows(source, used)
  let feeds = prompts.map(each => firstLayerInputs(each, used, model, run))
  const losses: { layer: number; loss: number }[] = []
  for (let layer = 0; layer < architecture.layers; layer++) {
    run.signal?.throwIfAborted()
    const hidden = async (weights: TensorSource): Promise<Tensor[]> => {
      const shape = { views, firstView: prompt.firstView }
      const graph = buildEncoderStage(weights, few, shape, run.dialect, { from: layer, to: layer + 1 })
      const session = await run.runtime.createSession(graph)
      const outputs: Tensor[] = []
      for (const each of feeds) outputs.push((await session.run(each, ['hidden'])).hidden!)
      await session.release()
      return outputs
    }
    const right = await hidden(exact)
    losses.push({ layer, loss: await distance(right, await hidden(narrowed(exact, `encoder.${layer}.`))) })
    feeds = feeds.map((each, i) => nextLayerInputs(each, right[i]!))
    run.onLayer?.()
  }
  return losses
    .sort((a, b) => b.loss - a.loss)
    .slice(0, count)
    .map(({ layer }) => layer)
    .sort((a, b) => a - b)
}

/** The sum of squared differences as a share of the sum of squares. */
async function distance(right: readonly Tensor[], wrong: readonly Tensor[]): Promise<number> {
  let difference = 0
  let size = 0
  for (const [i, tensor] of right.entries()) {
    const expected = (await tensor.getData()) as Float32Array
    const found = (await wrong[i]!.getData()) as Float32Array
    expected.forEach((value, at) => {
      difference += (value - found[at]!) ** 2
      size += value ** 2
    })
  }
  return difference / size
}

/** The matrices under a prefix in 4 bits. */
function narrowed(source: TensorSource, prefix: string): TensorSource {
  const get = (name: string): Weight => {
    const weight = source.get(name)
    if (!name.startsWith(prefix) || weight.kind !== 'fp32' || weight.shape.length !== 2) return weight
    const { data, scales } = quantize4(weight.data)
    return { kind: 'q4', shape: weight.shape, data, scales: float16ToFloat32(scales as Uint16Array) }
  }
  return { has: name => source.has(name), get }
}
