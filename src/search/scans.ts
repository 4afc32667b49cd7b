import { signSums } from './codes.js'

/** kernels/scans.ts, compiled; a test compares them. */
export const SCANS_WASM =
  'AGFzbQEAAAABDgJgA39/fwBgBH9/f38AAwMCAAEFAwEAAQcgAwplbWJlZGRpbmdzAAEGdG9rZW5zAAAGbWVtb3J5AgAKuwMCkwECA38Ce0EA/QAE' +
  'ACEGA0AgACABSQRA/QwAAAAAAAAAAAAAAAAAAAAAIQdBACEDIAAgAmohBANAIAAgBEkEQCAHIAMgAC0AACIFQQ9xQQR0av0ABBD9jgEgAyAFQfAB' +
  'cWr9AASQAv2OASEHIANBgARqIQMgAEEBaiEADAELCyAGIAf9mAEhBgwBCwtBACAG/QsEAAujAgICfwd7A0AgACABSQRA/QwAAAAAAAAAAAAAAAAA' +
  'AAAAIQf9DAAAAAAAAAAAAAAAAAAAAAAhCP0MAAAAAAAAAAAAAAAAAAAAACEGQQAhBCAAIAJBBHRqIQUDQCAAIAVJBEAgByAE/QAEACAA/QAEACIH' +
  '/QwPDw8PDw8PDw8PDw8PDw8P/U4iCf0OIgr9iQEgBP0ABCAgB0EE/W0iDP0OIgv9iQH9jgH9jgEhByAIIAr9igEgC/2KAf2OAf2OASEIIAYgBP0A' +
  'BBAgCf0O/W4gBP0ABDAgDP0O/W4hBiAEQUBrIQQgAEEQaiEADAELCyADIAcgBv2JAUEI/YsB/Y4B/QsEACADIAggBv2KAUEI/YsB/Y4B/QsEECAD' +
  'QSBqIQMMAQsLCw=='

/** What sums of one lane may reach. */
export const MOST_SUM = 0x7fff

/** An instance of the module, with a memory of its own. */
export interface Scans {
  memory: WebAssembly.Memory
  embeddings(codes: number, end: number, bytes: number, products: number): void
  tokens(codes: number, end: number, bytes: number): void
}

/**
 * @param end of what the memory is to hold
 * @throws CompileError where a policy forbids WebAssembly, and so the model
 */
export function newScans(end: number): Scans {
  const wasm = Uint8Array.from(atob(SCANS_WASM), char => char.charCodeAt(0))
  const scans = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports as unknown as Scans
  scans.memory.grow(end >> 16)
  return scans
}

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
