import type { PartStore, StoredPart } from './partStore.js'

/** A store that begins to read some parts before they are asked for. */
export class ReadAhead implements PartStore {
  readonly #parts: PartStore
  readonly #begun: Map<string, Promise<Uint8Array<ArrayBuffer> | undefined>>

  constructor(parts: PartStore, names: readonly string[]) {
    this.#parts = parts
    this.#begun = new Map(names.map(name => [name, parts.read(name).catch(() => undefined)]))
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const begun = this.#begun.get(name)
    this.#begun.delete(name)
    // Another tab may have written it since.
    return (await begun) ?? this.#parts.read(name)
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    return this.#parts.write(name, bytes)
  }

  remove(name: string): Promise<void> {
    return this.#parts.remove(name)
  }

  list(): Promise<StoredPart[]> {
    return this.#parts.list()
  }
}
