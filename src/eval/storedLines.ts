import { closeSync, openSync, readSync } from 'node:fs'
import { decodeLine, type Parsed, plainName } from './lines.js'
import { NumberList } from './numberList.js'

/**
 * Random access to lines of a file. For a plain file it keeps their positions (12 bytes per line), so a corpus of
 * millions of passages stays on disk. A compressed file has no random access, so it keeps the lines.
 */
export class StoredLines {
  readonly #offsets = new NumberList(Float64Array)
  readonly #lengths = new NumberList(Uint32Array)
  readonly #kept: string[] | undefined
  readonly #path: string
  #file: number | undefined

  constructor(path: string) {
    this.#path = path
    this.#kept = plainName(path) === path ? undefined : []
  }

  get size(): number {
    return this.#kept?.length ?? this.#offsets.length
  }

  /** @returns the line's number here, from 0, in order of keeping */
  keep({ line, offset, length }: Parsed<unknown>): number {
    if (this.#kept) return this.#kept.push(line) - 1
    this.#lengths.push(length)
    this.#offsets.push(offset)
    return this.#offsets.length - 1
  }

  read(number: number): string {
    if (this.#kept) return this.#kept[number]!
    this.#file ??= openSync(this.#path, 'r')
    const bytes = Buffer.alloc(this.#lengths.at(number))
    readSync(this.#file, bytes, 0, bytes.length, this.#offsets.at(number))
    return decodeLine(bytes)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}
