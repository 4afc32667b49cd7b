import { newScans, type Scans, signTable } from './scans.js'

/** Sections that are compared at once. */
const BLOCK = 16

/** Codes of embeddings in the memory of their scan: its table, its products, then the codes in blocks. */
export interface ScannedEmbeddings {
  sections: number
  width: number
  /** Addresses of the memory: products behind the table, then the codes to the end. */
  products: number
  begin: number
  end: number
  scans: Scans
}

/** @param codes of all sections, from `toCodes` */
export function scannedEmbeddings(codes: Uint8Array, width: number): ScannedEmbeddings {
  const bytes = width / 8
  const sections = codes.length / bytes
  const padded = sections + (-sections & (BLOCK - 1))
  const products = 8 * width
  const begin = products + 2 * padded
  const end = begin + padded * bytes
  const scans = newScans(end)
  const blocks = new Uint8Array(scans.memory.buffer, begin)
  codes.forEach((signs, at) => {
    const section = Math.floor(at / bytes)
    const lane = section % BLOCK
    blocks[(section - lane) * bytes + (at % bytes) * BLOCK + lane] = signs
  })
  return { sections, width, products, begin, end, scans }
}

/** @returns the cosine of each section's code, read as a vector of ±1, with the query, to three digits */
export function embeddingCosines(
  query: Float32Array,
  { sections, width, products, begin, end, scans }: ScannedEmbeddings,
): Float32Array {
  const { sums, scale } = signTable(query)
  const { buffer } = scans.memory
  const table = new Uint8Array(buffer)
  sums.forEach((sum, at) => {
    const entry = 2 * at - (at % BLOCK)
    table[entry] = sum
    table[entry + BLOCK] = sum >> 8
  })
  scans.embeddings(begin, end, width / 8, products)
  const found = new Int16Array(buffer, products, sections)
  const cosines = new Float32Array(sections)
  // `Float32Array.from` takes ten times as long.
  for (let n = 0; n < sections; n++) cosines[n] = found[n]! * scale
  return cosines
}
