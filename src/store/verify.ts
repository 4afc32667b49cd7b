import { RerankError } from '../errors.js'
import type { ModelFile } from './manifest.js'

/** @throws RerankError `hash-mismatch` */
export async function verify(file: ModelFile, bytes: Uint8Array): Promise<void> {
  const actual = await sha256(bytes)
  if (actual !== file.sha256) {
    throw new RerankError('hash-mismatch', `${file.path} has SHA-256 ${actual}; the manifest names ${file.sha256}.`)
  }
}

export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
}
