/** What `src/kernels` calls. Addresses and sizes come from there; this module keeps no memory of its own. */
import * as scratch from './scratch'

export { attention, attentionScratch, softmax, transpose } from './attention'
export { encode } from './encode'
export { exp2Row, logistic2Row } from './exp2'
export { floatProduct } from './floatProduct'
export { geluInPlace, geluRow } from './gelu'
export { INPUT_BYTES, matrixBias, matrixBytes, rounded, SPAN, stepBytes } from './layout'
export { addAndNorm, norm, rmsNorm } from './norm'
export { pack } from './pack'
export { fittedProduct, product, setDotProduct } from './product'
export { quantizeRow } from './quantize'
export { encodeTogether, fail, serve } from './threads'

/** @returns the bytes of a thread's scratch */
export function scratchBytes(model: usize): usize {
  return scratch.placeScratch(model, 0)
}
