/**
 * Where manifests and chunks of model files are kept between visits, each under a name. Anyone may edit or delete what
 * lies there, and a write may have been cut short: readers check what they get.
 */
export interface PartStore extends PartFolder {
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** @throws where it cannot be written; nothing is left under the name then */
  write(name: string, bytes: Uint8Array): Promise<void>
}

/** As much of it as counts and deletes: all that a page does. */
export interface PartFolder {
  /** Does nothing where there is no such part. */
  remove(name: string): Promise<void>
  list(): Promise<StoredPart[]>
}

export interface StoredPart {
  name: string
  bytes: number
  /** When it was last written, in milliseconds since 1970. */
  modified: number
}

/**
 * Under which name a chunk is kept: its hash, so that versions of a model can never mix and models share what they have
 * in common.
 */
export const partName = (sha256: string) => `part-${sha256}`
