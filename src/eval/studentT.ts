/**
 * The part of Student's t distribution that a paired test needs. The tail is a regularised incomplete beta function,
 * computed as the continued fraction 8.17.22 of https://dlmf.nist.gov/8.17 by Lentz's method.
 */

/** Two-sided p of a t statistic. @param df degrees of freedom, at least 1 */
export function twoSidedP(t: number, df: number): number {
  if (Number.isNaN(t)) return 1
  if (!Number.isFinite(t)) return 0
  // Both as quotients: 1 − x would lose precision.
  return incompleteBeta(df / (df + t * t), (t * t) / (df + t * t), df / 2, 0.5)
}

/** The t at which both tails together hold `p`. */
export function criticalT(p: number, df: number): number {
  let [low, high] = [0, 1]
  while (twoSidedP(high, df) > p) high *= 2
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    if (twoSidedP(middle, df) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** I_x(a, b), where y = 1 − x. */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x === 0 || y === 0) return x === 0 ? 0 : 1
  // The fraction converges fast on one side of the mean only; the other side is one minus its mirror image.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(y, x, b, a)
  const front = Math.exp(a * logOf(x, y) + b * logOf(y, x) - logBeta(a, b)) / a
  return front / continuedFraction(x, a, b)
}

/** ln x, from the smaller of x and y = 1 − x. */
function logOf(x: number, y: number): number {
  return y < 0.5 ? Math.log1p(-y) : Math.log(x)
}

const TINY = 1e-300

function continuedFraction(x: number, a: number, b: number): number {
  let value = 1
  let c = 1
  let d = 0
  for (let m = 0; m < 10_000; m++) {
    const even = m === 0 ? 1 : (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    const before = value
    for (const coefficient of m === 0 ? [odd] : [even, odd]) {
      d = 1 / nonZero(1 + coefficient * d)
      c = nonZero(1 + coefficient / c)
      value *= c * d
    }
    if (Math.abs(value - before) <= 1e-16 * Math.abs(value)) break
  }
  return value
}

function nonZero(value: number): number {
  return value === 0 ? TINY : value
}

function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a]
  if (large < SERIES_FROM) return logGamma(small) + logGamma(large) - logGamma(small + large)
  // ln Γ(large) − ln Γ(small + large) term by term: both are huge and nearly equal.
  const ratio = -(large - 0.5) * Math.log1p(small / large) - small * Math.log(small + large) + small
  return logGamma(small) + ratio + seriesTail(large) - seriesTail(small + large)
}

/** Stirling's series (DLMF 5.11.1), moved to where its terms are exact. */
function logGamma(z: number): number {
  let shift = 0
  let at = z
  while (at < SERIES_FROM) shift += Math.log(at++)
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + seriesTail(at) - shift
}

const SERIES_FROM = 12

function seriesTail(z: number): number {
  const inverse = 1 / (z * z)
  const series = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]
  return series.reduceRight((sum, coefficient) => sum * inverse + coefficient, 0) / z
}
