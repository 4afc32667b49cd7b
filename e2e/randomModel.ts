import { createHash, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CHUNK_BYTES, type Manifest, type ModelFile, TOKENIZER_FILE, WEIGHTS_FILE } from '../src/store/manifest.js'

/** Where e2e/server.ts looks for `/models/`. */
const MODELS = '.cache/e2e/models'

export interface RandomModel {
  manifest: Manifest
  /** Size and hash of the weights. */
  bytes: number
  sha256: string
}

/** A manifest, a tokenizer and weights that are nothing but random bytes, by default 9 MiB in three chunks, in the folder `/models/<folder>/` of the test server. */
export async function writeRandomModel(
  folder: string,
  { name = folder, tokenizer = '{}', bytes = 9 * 1024 * 1024 } = {},
): Promise<RandomModel> {
  const weights = randomBytes(bytes)
  const files = [file(TOKENIZER_FILE, Buffer.from(tokenizer)), file(WEIGHTS_FILE, weights)]
  const model = { manifest: manifest(name, files), bytes, sha256: sha256(weights) }
  const path = join(MODELS, folder)
  await mkdir(path, { recursive: true })
  await writeFile(join(path, TOKENIZER_FILE), tokenizer)
  await writeFile(join(path, WEIGHTS_FILE), weights)
  await writeManifest(folder, model.manifest)
  return model
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(MODELS, folder, 'manifest.json'), JSON.stringify(manifest))
}

function file(path: string, content: Buffer): ModelFile {
  const chunks: string[] = []
  for (let start = 0; start < content.length; start += CHUNK_BYTES) {
    chunks.push(sha256(content.subarray(start, start + CHUNK_BYTES)))
  }
  return { path, bytes: content.length, sha256: sha256(content), chunks }
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')

function manifest(name: string, files: ModelFile[]): Manifest {
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
