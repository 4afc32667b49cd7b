import { instantiate, signTable } from './signTable.js'

/** Sections that are compared at once. */
const BLOCK = 16

/** kernels/embeddingScan.ts, compiled; a test compares them. */
export const EMBEDDING_SCAN_WASM =
  'AGFzbQEAAAABCAFgBH9/f38AAwIBAAUDAQABBxECBHNjYW4AAAZtZW1vcnkCAAq0AgGxAgICfwZ7A0AgACABSQRA/QwAAAAAAAAAAAAAAAAAAAAA' +
  'IQb9DAAAAAAAAAAAAAAAAAAAAAAhB0EAIQQgACACQQR0aiEFA0AgACAFSQRAIAYgBP0ABAAgAP0ABAAiBv0MDw8PDw8PDw8PDw8PDw8PD/1OIgn9' +
  'DiIIIAT9AAQQIAn9DiIJ/Q0AEAERAhIDEwQUBRUGFgcX/Y4BIAT9AAQgIAZBBP1tIgb9DiILIAT9AAQwIAb9DiIK/Q0AEAERAhIDEwQUBRUGFgcX' +
  '/Y4BIQYgByAIIAn9DQgYCRkKGgsbDBwNHQ4eDx/9jgEgCyAK/Q0IGAkZChoLGwwcDR0OHg8f/Y4BIQcgBEFAayEEIABBEGohAAwBCwsgAyAG/QsE' +
  'ACADIAf9CwQQIANBIGohAwwBCwsL'

/** Codes of embeddings in the memory of their scan: its table, its products, then the codes in blocks. */
export interface ScannedEmbeddings {
  sections: number
  width: number
  memory: WebAssembly.Memory
  scan(codes: number, end: number, bytes: number, products: number): void
}

/** @param codes of all sections, from `toCodes` */
export function scannedEmbeddings(codes: Uint8Array, width: number): ScannedEmbeddings {
  const { memory, scan } = instantiate<ScannedEmbeddings>(EMBEDDING_SCAN_WASM)
  const bytes = width / 8
  const sections = codes.length / bytes
  const { begin, end } = layoutOf(sections, width)
  memory.grow(end >> 16)
  const blocks = new Uint8Array(memory.buffer, begin)
  for (let section = 0, at = 0; section < sections; section++) {
    const block = (section - (section % BLOCK)) * bytes + (section % BLOCK)
    for (let byte = 0; byte < bytes; byte++) blocks[block + byte * BLOCK] = codes[at++]!
  }
  return { sections, width, memory, scan }
}

/** @returns the cosine of each section's code, read as a vector of ±1, with the query, to three digits */
export function embeddingCosines(
  query: Float32Array,
  { sections, width, memory, scan }: ScannedEmbeddings,
): Float32Array {
  const { products, begin, end } = layoutOf(sections, width)
  const { sums, scale } = signTable(query)
  const table = new Uint8Array(memory.buffer)
  sums.forEach((sum, at) => {
    const entry = 2 * (at - (at % BLOCK)) + (at % BLOCK)
    table[entry] = sum
    table[entry + BLOCK] = sum >> 8
  })
  scan(begin, end, width / 8, products)
  const found = new Int16Array(memory.buffer, products, sections)
  const cosines = new Float32Array(sections)
  // `Float32Array.from` takes ten times as long.
  for (let n = 0; n < sections; n++) cosines[n] = found[n]! * scale
  return cosines
}

/** Addresses of a memory. */
function layoutOf(sections: number, width: number): { products: number; begin: number; end: number } {
  const products = 8 * width
  const padded = sections + (-sections & (BLOCK - 1))
  const begin = products + 2 * padded
  return { products, begin, end: begin + (padded * width) / 8 }
}
