import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, TOKENIZER_FILE, WEIGHTS_FILE } from '../../src/model/manifest.js'
import { fileOf, manifestOf, sha256Of } from '../../src/store/testing.js'

/** The folder that e2e/support/server.ts serves as `/models/`. */
const MODELS = '.cache/e2e/models'

export interface RandomModel {
  manifest: Manifest
  /** Size and hash of the weights. */
  bytes: number
  sha256: string
}

/**
 * Writes a manifest, a tokenizer and weights of random bytes, by default 9 MiB in three chunks, to the folder
 * `/models/<folder>/` of the test server.
 */
export async function writeRandomModel(
  folder: string,
  { name = folder, tokenizer = '{}', bytes = 9 * 1024 * 1024 } = {},
): Promise<RandomModel> {
  const weights = randomBytes(bytes)
  const files = [fileOf(TOKENIZER_FILE, Buffer.from(tokenizer)), fileOf(WEIGHTS_FILE, weights)]
  const model = { manifest: manifestOf(name, files), bytes, sha256: sha256Of(weights) }
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
