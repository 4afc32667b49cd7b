/** Kendall's τ of two rankings of the same items: 1 if all pairs are in the same order, -1 if all are swapped. */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let agreement = 0
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) agreement += Math.sign((a[i]! - a[j]!) * (b[i]! - b[j]!))
  }
  return agreement / ((a.length * (a.length - 1)) / 2)
}
