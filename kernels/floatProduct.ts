/**
 * Products of floats: y = a · b, for attention and the small heads. Each sum runs over k in order, whatever the tile.
 *
 * A tile is 4 rows × 8 columns: 8 accumulators, 2 vectors of b and 1 of a. Bound: 16 instructions and 6 loads for 32
 * multiply-adds; fused ones are not the same everywhere.
 */

/**
 * @param a rows, k floats each, `aLine` bytes apart; rows beyond the last repeat it
 * @param b k lines of `columns` floats (a multiple of 4), `bLine` bytes apart
 * @param y rows, `yLine` bytes apart
 */
export function floatProduct(
  a: usize,
  aLine: usize,
  rows: i32,
  k: i32,
  b: usize,
  bLine: usize,
  columns: i32,
  y: usize,
  yLine: usize,
): void {
  const last = <usize>(rows - 1)
  for (let row = 0; row < rows; row += 4) {
    // Rows beyond the last are computed again, to the same numbers.
    const r1 = min(<usize>row + 1, last)
    const r2 = min(<usize>row + 2, last)
    const r3 = min(<usize>row + 3, last)
    const a0 = a + <usize>row * aLine
    const y0 = y + <usize>row * yLine
    let column = 0
    for (; column + 4 < columns; column += 8) {
      const at = (<usize>column) << 2
      eight(
        a0,
        a + r1 * aLine,
        a + r2 * aLine,
        a + r3 * aLine,
        k,
        b + at,
        bLine,
        y0 + at,
        y + r1 * yLine + at,
        y + r2 * yLine + at,
        y + r3 * yLine + at,
      )
    }
    if (column < columns) {
      const at = (<usize>column) << 2
      four(a0, k, b + at, bLine, y0 + at)
      four(a + r1 * aLine, k, b + at, bLine, y + r1 * yLine + at)
      four(a + r2 * aLine, k, b + at, bLine, y + r2 * yLine + at)
      four(a + r3 * aLine, k, b + at, bLine, y + r3 * yLine + at)
    }
  }
}

function eight(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  k: i32,
  b: usize,
  bLine: usize,
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
): void {
  let c0 = f32x4.splat(0)
  let d0 = c0
  let c1 = c0
  let d1 = c0
  let c2 = c0
  let d2 = c0
  let c3 = c0
  let d3 = c0
  const end = a0 + ((<usize>k) << 2)
  while (a0 < end) {
    const l = v128.load(b)
    const r = v128.load(b, 16)
    let v = v128.load32_splat(a0)
    c0 = f32x4.add(c0, f32x4.mul(l, v))
    d0 = f32x4.add(d0, f32x4.mul(r, v))
    v = v128.load32_splat(a1)
    c1 = f32x4.add(c1, f32x4.mul(l, v))
    d1 = f32x4.add(d1, f32x4.mul(r, v))
    v = v128.load32_splat(a2)
    c2 = f32x4.add(c2, f32x4.mul(l, v))
    d2 = f32x4.add(d2, f32x4.mul(r, v))
    v = v128.load32_splat(a3)
    c3 = f32x4.add(c3, f32x4.mul(l, v))
    d3 = f32x4.add(d3, f32x4.mul(r, v))
    b += bLine
    a0 += 4
    a1 += 4
    a2 += 4
    a3 += 4
  }
  v128.store(y0, c0)
  v128.store(y0, d0, 16)
  v128.store(y1, c1)
  v128.store(y1, d1, 16)
  v128.store(y2, c2)
  v128.store(y2, d2, 16)
  v128.store(y3, c3)
  v128.store(y3, d3, 16)
}

function four(a: usize, k: i32, b: usize, bLine: usize, y: usize): void {
  let sum = f32x4.splat(0)
  const end = a + ((<usize>k) << 2)
  for (; a < end; a += 4, b += bLine) sum = f32x4.add(sum, f32x4.mul(v128.load(b), v128.load32_splat(a)))
  v128.store(y, sum)
}
