import { GraphBuilder } from '../graph/onnx.js'
import type { Ort } from './runtime.js'

const ROWS = 16
const LENGTH = 64

/**
 * Whether onnxruntime multiplies unsigned by signed bytes exactly on this machine. Without instructions for it, x86
 * adds up pairs of products in 16 bits, which saturate; this asks for the largest pairs.
 */
export async function hasExactSignedProducts({ InferenceSession, Tensor }: Ort): Promise<boolean> {
  const graph = new GraphBuilder('signed_products')
  const x = graph.input('x', 'uint8', [ROWS, LENGTH])
  graph.output('y', 'float32', [ROWS, LENGTH])
  const weights = Int8Array.from({ length: LENGTH * LENGTH }, (_, at) => (at % 2 ? 127 : -127))
  const matrix = graph.tensor('w', 'int8', [LENGTH, LENGTH], weights)
  graph.node('MatMulIntegerToFloat', [x, matrix, graph.float(1), graph.float(1)], {}, 'y')
  const { model, externalData } = graph.finish()
  const session = await InferenceSession.create(model, {
    externalData: externalData.map(({ path, data }) => ({ path, data })),
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  })
  try {
    const { y } = await session.run({ x: new Tensor('uint8', new Uint8Array(ROWS * LENGTH).fill(255), [ROWS, LENGTH]) })
    return (y!.data as Float32Array).every((sum, at) => sum === 255 * LENGTH * (at % 2 ? 127 : -127))
  } finally {
    await session.release()
  }
}
