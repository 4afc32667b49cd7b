/** A file in an archive. */
export interface ArchiveEntry {
  path: string
  bytes: number
  /** Its size in the archive. */
  packed: number
  /** Where it lies in the archive, if it lies there as it is. */
  begin?: number
  /** The whole file. */
  read(): Uint8Array
  /** What a link leads to. */
  link?: { target: string; fromRoot: boolean }
}
