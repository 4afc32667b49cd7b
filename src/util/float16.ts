let table: Float32Array | undefined

/** Converts the bits of IEEE half precision numbers to single precision, exactly. */
export function float16ToFloat32(halves: Uint16Array, into = new Float32Array(halves.length)): Float32Array {
  table ??= decodeAll()
  for (let i = 0; i < halves.length; i++) into[i] = table[halves[i]!]!
  return into
}

// A table of all 65,536: a look-up is several times faster than decoding each number of a checkpoint.
function decodeAll(): Float32Array {
  const floats = new Float32Array(65536)
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 31
    const fraction = bits & 1023
    if (exponent === 31) floats[bits] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
    else floats[bits] = sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24)
  }
  return floats
}

const single = new Float32Array(1)
const bitsOfSingle = new Uint32Array(single.buffer)

/** The bits of the half precision number nearest to `value`: ties to even, infinity beyond 65504. */
export function float32ToFloat16(value: number): number {
  single[0] = value
  const bits = bitsOfSingle[0]!
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 255) - 112
  const fraction = bits & 0x7fffff
  if (exponent >= 31) return sign | 0x7c00 | (exponent === 143 && fraction ? 0x200 : 0)
  if (exponent <= 0) {
    // Subnormal: round the magnitude, in units of 2^-24, to even.
    const units = Math.abs(single[0]!) * 2 ** 24
    const down = Math.floor(units)
    const rest = units - down
    return sign | (down + (rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? 1 : 0))
  }
  const kept = (exponent << 10) | (fraction >> 13)
  const rest = fraction & 0x1fff
  // A carry out of the fraction correctly raises the exponent.
  return sign | (kept + (rest > 0x1000 || (rest === 0x1000 && kept & 1) ? 1 : 0))
}
