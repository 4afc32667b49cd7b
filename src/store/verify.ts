import { RerankError } from '../api/errors.js'
import type { ModelFile } from '../model/manifest.js'
import { sha256 } from '../util/sha256.js'

/** @throws RerankError `hash-mismatch` */
export async function verify(file: ModelFile, bytes: Uint8Array): Promise<void> {
  const actual = await sha256(bytes)
  if (actual !== file.sha256) {
    throw new RerankError('hash-mismatch', `${file.path} has SHA-256 ${actual}; the manifest names ${file.sha256}.`)
  }
}
