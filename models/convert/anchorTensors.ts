import type { AnchorArchitecture } from '../../src/model/manifest.js'
import { multiplyMatrices, multiplyVector, rmsNorm } from './matrix.js'
import { allRows, checkpointTensor, lazyTensor, type NormalTensor, type NormalTensors } from './normalTensor.js'
import type { TensorFiles } from './storedTensor.js'

/**
 * The anchor decoder of a T5 or mvp-bert checkpoint, with all constants folded (models/README.md). With one decoder
 * position, self-attention is the matrix Wo·Wv, and the query of layer 0 is constant.
 * @param start the input of the first cross-attention, [1 or views, width]
 */
export function anchorTensors(
  files: TensorFiles,
  anchor: AnchorArchitecture,
  width: number,
  start: NormalTensor,
): NormalTensors {
  const inner = anchor.heads * anchor.headWidth
  const tensors: NormalTensors = new Map()
  const take = (name: string, names: string | string[], ...shape: number[]) => {
    tensors.set(name, checkpointTensor(files, names, shape))
  }
  tensors.set('anchor.start', start)
  for (let i = 0; i < anchor.layers; i++) {
    const block = `decoder.block.${i}.layer`
    const to = `anchor.${i}`
    if (i === 0) {
      tensors.set('anchor.0.cross.key', crossKey(files, anchor, width, start))
    } else {
      take(`${to}.self.norm.weight`, `${block}.0.layer_norm.weight`, width)
      tensors.set(`${to}.self.weight`, selfAttention(files, i, inner, width))
      take(`${to}.cross.norm.weight`, `${block}.1.layer_norm.weight`, width)
      take(`${to}.cross.q.weight`, `${block}.1.EncDecAttention.q.weight`, inner, width)
      take(`${to}.cross.k.weight`, `${block}.1.EncDecAttention.k.weight`, inner, width)
    }
    take(`${to}.cross.v.weight`, `${block}.1.EncDecAttention.v.weight`, inner, width)
    take(`${to}.cross.o.weight`, `${block}.1.EncDecAttention.o.weight`, width, inner)
    take(`${to}.ff.norm.weight`, `${block}.2.layer_norm.weight`, width)
    feedForward(files, tensors, to, `${block}.2.DenseReluDense`, anchor.activation, width, anchor.ffWidth)
  }
  take('anchor.norm.weight', 'decoder.final_layer_norm.weight', width)
  return tensors
}

/** T5's feed-forward, of the encoder or the decoder. */
export function feedForward(
  files: TensorFiles,
  tensors: NormalTensors,
  to: string,
  from: string,
  activation: AnchorArchitecture['activation'],
  width: number,
  ffWidth: number,
): void {
  const gated = activation === 'gated-gelu'
  tensors.set(
    `${to}.ff.up.weight`,
    checkpointTensor(files, `${from}.${gated ? 'wi_1' : 'wi'}.weight`, [ffWidth, width]),
  )
  if (gated) tensors.set(`${to}.ff.gate.weight`, checkpointTensor(files, `${from}.wi_0.weight`, [ffWidth, width]))
  tensors.set(`${to}.ff.down.weight`, checkpointTensor(files, `${from}.wo.weight`, [width, ffWidth]))
}

/** Wo·Wv of decoder layer i. */
export function selfAttention(files: TensorFiles, i: number, inner: number, width: number): NormalTensor {
  const from = `decoder.block.${i}.layer.0.SelfAttention`
  const v = checkpointTensor(files, `${from}.v.weight`, [inner, width])
  const o = checkpointTensor(files, `${from}.o.weight`, [width, inner])
  return lazyTensor([width, width], () => multiplyMatrices(allRows(o), allRows(v), inner))
}

/** Per start vector and head: Wk_h^T · Wq_h · rms(start). */
function crossKey(files: TensorFiles, anchor: AnchorArchitecture, width: number, start: NormalTensor): NormalTensor {
  const { heads, headWidth, epsilon } = anchor
  const from = 'decoder.block.0.layer.1'
  const norm = checkpointTensor(files, `${from}.layer_norm.weight`, [width])
  const q = checkpointTensor(files, `${from}.EncDecAttention.q.weight`, [heads * headWidth, width])
  const k = checkpointTensor(files, `${from}.EncDecAttention.k.weight`, [heads * headWidth, width])
  const rows = start.shape[0]!
  return lazyTensor([rows * heads, width], () => {
    const result = new Float32Array(rows * heads * width)
    const keys = allRows(k)
    for (let row = 0; row < rows; row++) {
      const query = multiplyVector(allRows(q), rmsNorm(start.rows(row, row + 1), allRows(norm), epsilon))
      for (let head = 0; head < heads; head++) {
        const part = query.subarray(head * headWidth, (head + 1) * headWidth)
        const ownKeys = keys.subarray(head * headWidth * width, (head + 1) * headWidth * width)
        result.set(multiplyMatrices(part, ownKeys, headWidth), (row * heads + head) * width)
      }
    }
    return result
  })
}
