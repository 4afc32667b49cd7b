/**
 * Keeps parts (manifests and chunks of model files) between visits, each under a name. Other scripts may edit or delete
 * parts, and a write may be cut short: readers check what they get.
 */
export interface PartStore extends PartFolder {
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** @throws if it cannot be written; nothing is left under the name then */
  write(name: string, bytes: Uint8Array): Promise<void>
}

/** The part of a store that counts and deletes: all that a page needs. */
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

/** The name of a chunk: by its hash, versions of a model can never mix, and models share equal chunks. */
export const partName = (sha256: string) => `part-${sha256}`
