import { sha256 } from '../util/sha256.js'
import type { Manifest } from './manifest.js'

/** SHA-256 over the hashes of all of a model's files, as its manifest states them: another one is another model, whatever its name. */
export function fingerprint({ files }: Pick<Manifest, 'files'>): Promise<string> {
  return sha256(new TextEncoder().encode(files.map(file => file.sha256).join()))
}
