/** y = M·x for a matrix [rows, x.length]; sums in double precision. */
export function multiplyVector(matrix: Float32Array, x: Float32Array): Float32Array {
  const columns = x.length
  return Float32Array.from({ length: matrix.length / columns }, (_, row) => {
    let sum = 0
    for (let i = 0, at = row * columns; i < columns; i++, at++) sum += matrix[at]! * x[i]!
    return sum
  })
}

/** A·B for A [rows, inner] and B [inner, columns]; sums in double precision. */
export function multiplyMatrices(a: Float32Array, b: Float32Array, inner: number): Float32Array {
  const rows = a.length / inner
  const columns = b.length / inner
  const result = new Float32Array(rows * columns)
  const sum = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    sum.fill(0)
    for (let k = 0; k < inner; k++) {
      const factor = a[row * inner + k]!
      for (let column = 0, at = k * columns; column < columns; column++, at++) sum[column]! += factor * b[at]!
    }
    result.set(sum, row * columns)
  }
  return result
}

/** T5's layer norm: x / sqrt(mean(x²) + epsilon) · weight. */
export function rmsNorm(x: Float32Array, weight: Float32Array, epsilon: number): Float32Array {
  let squares = 0
  for (const value of x) squares += value * value
  const scale = 1 / Math.sqrt(squares / x.length + epsilon)
  return x.map((value, i) => value * scale * weight[i]!)
}
