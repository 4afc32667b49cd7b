import type { FilesStatus } from '../api/ranking.js'
import type { ModelFile } from '../model/manifest.js'

/** Where a model's files come from: a site, a folder. */
export interface ModelSource {
  /** For messages: a URL or a path. */
  readonly name: string
  /**
   * The manifest as it is now, unparsed.
   * @throws RerankError `model-not-found`, `download-failed`
   */
  readManifest(options: ReadOptions): Promise<Uint8Array>
  /**
   * A file that the manifest names, whole and proven to be the one it names.
   * @throws RerankError `model-not-found` where there is no such file, `download-failed` where it could not be read whole, `hash-mismatch`
   */
  readFile(file: ModelFile, options: ReadOptions): Promise<Uint8Array>
  /** Told once all files of the manifest that was read last are there. */
  complete?(options: ReadOptions): Promise<void>
}

export interface ReadOptions {
  signal?: AbortSignal | undefined
  /** Called with the number of bytes of the file that are there. It falls where bytes turn out to be wrong. */
  onBytes?: ((bytes: number) => void) | undefined
  onStatus?: ((status: FilesStatus) => void) | undefined
  /** The manifest is only asked for whether it has changed: not worth a long wait. */
  again?: boolean
}
