import { modelError } from '../api/modelErrors.js'
import type { FilesStatus } from '../api/ranking.js'
import type { ModelFile } from '../model/manifest.js'
import { sha256 } from '../util/sha256.js'

/** The origin of a model's files: a site or a folder. */
export interface ModelSource {
  /** For messages: a URL or a path. */
  readonly name: string
  /**
   * The current manifest, unparsed.
   * @throws RerankError `model-not-found`, `download-failed`
   */
  readManifest(options: ReadOptions): Promise<Uint8Array>
  /**
   * A whole file, checked against the manifest's hash.
   * @throws RerankError `model-not-found` if there is no such file, `download-failed` if it cannot be read whole,
   * `hash-mismatch`
   */
  readFile(file: ModelFile, options: ReadOptions): Promise<Uint8Array>
  /** Called once all files of the last manifest are there. */
  complete?(options: ReadOptions): Promise<void>
}

export interface ReadOptions {
  signal?: AbortSignal | undefined
  /** Called with the number of the file's bytes that are there. It falls if bytes turn out to be wrong. */
  onBytes?: ((bytes: number) => void) | undefined
  onStatus?: ((status: FilesStatus) => void) | undefined
  /** The manifest is read only to see whether it has changed: not worth a long wait. */
  recheck?: boolean
}

/** @throws RerankError `hash-mismatch` */
export async function verifyFile(file: ModelFile, bytes: Uint8Array): Promise<void> {
  const actual = await sha256(bytes)
  if (actual !== file.sha256) {
    throw modelError('hash-mismatch', `${file.path} has SHA-256 ${actual}; the manifest names ${file.sha256}.`)
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
