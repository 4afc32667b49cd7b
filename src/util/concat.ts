/** Joins byte arrays in order. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat(length => new Uint8Array(length), parts)
}

/** Joins float arrays in order. A single one is returned as it is. */
export function concatFloats(parts: readonly Float32Array[]): Float32Array {
  return parts.length === 1 ? parts[0]! : concat(length => new Float32Array(length), parts)
}

function concat<A extends Uint8Array | Float32Array>(
  allocate: (length: number) => A,
  parts: readonly ArrayLike<number>[],
): A {
  const whole = allocate(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
