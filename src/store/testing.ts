import { createHash } from 'node:crypto'
import { CHUNK_BYTES, type Manifest, type ModelFile } from '../model/manifest.js'
import type { PartStore } from './partStore.js'

/** Shared by the tests of this folder. */

/** Parts in memory. */
export function memoryParts(): PartStore & { held: Map<string, { bytes: Uint8Array<ArrayBuffer>; modified: number }> } {
  const held = new Map<string, { bytes: Uint8Array<ArrayBuffer>; modified: number }>()
  return {
    held,
    read: async name => held.get(name)?.bytes,
    write: async (name, bytes) => void held.set(name, { bytes: new Uint8Array(bytes), modified: Date.now() }),
    remove: async name => void held.delete(name),
    list: async () => [...held].map(([name, { bytes, modified }]) => ({ name, bytes: bytes.length, modified })),
  }
}

/** Bytes in which every chunk differs. */
export function someBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i += 997) bytes[i] = seed + i / 997
  return bytes
}

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export function fileOf(path: string, bytes: Uint8Array): ModelFile {
  const chunks: string[] = []
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) chunks.push(sha256Of(bytes.subarray(at, at + CHUNK_BYTES)))
  return { path, bytes: bytes.length, sha256: sha256Of(bytes), chunks }
}

/** A minimal manifest. */
export function manifestOf(name: string, files: ModelFile[]): Manifest {
  const attention = { heads: 2, headWidth: 8, ffWidth: 32, epsilon: 1e-6 }
  return {
    format: 'mvp-rerank',
    version: 1,
    name,
    architecture: {
      family: 'bert',
      width: 16,
      layers: 1,
      ...attention,
      vocabulary: 100,
      exits: [1],
      positions: 64,
      anchor: { layers: 1, ...attention, activation: 'relu' },
    },
    prompt: { rerank: [{ ids: [1, 2] }, { text: '{query} {context}' }], firstView: 1, padId: 0, maxLength: 64 },
    views: 1,
    dtype: 'q8',
    defaults: { depth: 1, refine: 0 },
    files,
    license: 'none',
    origin: 'random numbers',
    probe: { query: 'q', passages: ['p'], scores: { 1: [0] }, errors: {} },
  }
}
