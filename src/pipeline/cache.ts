/**
 * Relevance vectors by prompt, bounded in bytes, least recently used out first. The key is the prompt's token ids themselves: equal ids
 * give equal vectors, and no hash can collide.
 */
export class VectorCache {
  private readonly entries = new Map<string, Float32Array>()
  private bytes = 0

  constructor(private readonly maxBytes: number) {}

  static key(ids: ArrayLike<number>, depth: number): string {
    let key = String.fromCharCode(depth)
    for (let i = 0; i < ids.length; i += 4096) {
      const units: number[] = []
      for (let j = i; j < Math.min(ids.length, i + 4096); j++) {
        const id = ids[j]!
        // Two code units an id: vocabularies beyond 65,536 exist.
        units.push(id & 0xffff, id >>> 16)
      }
      key += String.fromCharCode(...units)
    }
    return key
  }

  get(key: string): Float32Array | undefined {
    const vectors = this.entries.get(key)
    if (vectors) {
      this.entries.delete(key)
      this.entries.set(key, vectors)
    }
    return vectors
  }

  clear(): void {
    this.entries.clear()
    this.bytes = 0
  }

  set(key: string, vectors: Float32Array): void {
    if (this.entries.has(key)) return
    this.entries.set(key, vectors)
    this.bytes += cost(key, vectors)
    for (const [oldest, value] of this.entries) {
      if (this.bytes <= this.maxBytes) break
      this.entries.delete(oldest)
      this.bytes -= cost(oldest, value)
    }
  }
}

function cost(key: string, vectors: Float32Array): number {
  return key.length * 2 + vectors.byteLength
}
