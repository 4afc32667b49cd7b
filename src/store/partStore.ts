/**
 * Keeps parts (manifests and chunks of model files) between visits, each under a name. Other scripts may edit or delete
 * parts, and a write may be cut short: readers check what they get.
 */
export interface PartStore extends PartFolder {
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** @throws if it cannot be written; then nothing is left under the name */
  write(name: string, bytes: Uint8Array): Promise<void>
}

/** The part of a store that lists and deletes: all that a page needs. */
export interface PartFolder {
  /** Does nothing if there is no such part. */
  remove(name: string): Promise<void>
  list(): Promise<StoredPart[]>
}

export interface StoredPart {
  name: string
  bytes: number
  /** When it was last written, in milliseconds since 1970. */
  modified: number
}

/** The name of a chunk holds its hash, so versions of a model never mix and models share equal chunks. */
export const partName = (sha256: string) => `part-${sha256}`
