import { signSums } from './codes.js'

/** What sums of one lane may reach. */
export const MOST_SUM = 0x7fff

/** What a vector's numbers add to products with codes, in 16 bits. */
export interface SignTable {
  /** [place][value of four bits], as `signSums` has them. */
  sums: Int16Array
  /** Makes a cosine of a product with a code, read as a vector of ±1. */
  scale: number
}

export function signTable(vector: Float32Array): SignTable {
  const width = vector.length
  const most = vector.reduce((sum, value) => sum + Math.abs(value), 0) || 1
  // Each of the entries may round up by a half.
  const factor = (MOST_SUM - width / 8) / most
  const sums = Int16Array.from(signSums(vector, 4), sum => Math.round(sum * factor))
  return { sums, scale: 1 / (factor * Math.sqrt(width) * (Math.hypot(...vector) || 1)) }
}

/** @returns its exports. @param base64 a compiled file of kernels/. @throws CompileError where a policy forbids WebAssembly */
export function instantiate<Exports>(base64: string): Exports {
  const wasm = Uint8Array.from(atob(base64), char => char.charCodeAt(0))
  return new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports as Exports
}
