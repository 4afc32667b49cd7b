import { criticalT, twoSidedP } from './studentT.js'

/** The tests of the difference between two systems over the same queries. */
export interface PairedTest {
  queries: number
  /** Mean of b − a. */
  difference: number
  /** 95 % confidence interval of the difference, from Student's t; null with fewer than two queries. */
  interval: [number, number] | null
  /** Queries on which b is better, worse, and just as good. */
  wins: number
  losses: number
  ties: number
  /** Paired t-test, two-sided. `t` is null if the differences do not vary. */
  tTest: { t: number | null; p: number }
  /**
   * Fisher's paired randomisation test, two-sided: the share of random signs that give a mean difference at least as
   * large. It assumes no distribution. `exact` if all signs were tried.
   */
  randomisation: { p: number; samples: number; exact: boolean }
}

/** Up to this many differing queries, all 2^n signs are tried. 2^17 is close to the number of samples otherwise. */
const EXACT_UP_TO = 17
const SAMPLES = 100_000
/** Equal sums differ in their last bits if their terms have other signs. */
const ROUNDING = 1e-12

/** Differences below this are rounding, not wins. */
export const TIE = 1e-9

/** @param a, b one metric's values of the same queries in the same order */
export function pairedTest(a: readonly number[], b: readonly number[]): PairedTest {
  const differences = b.map((value, i) => value - a[i]!)
  const n = differences.length
  const mean = n === 0 ? 0 : sum(differences) / n
  const variance = n < 2 ? 0 : sum(differences.map(value => (value - mean) ** 2)) / (n - 1)
  const error = Math.sqrt(variance / n)
  const varies = differences.some(value => Math.abs(value - differences[0]!) > ROUNDING)
  const t = varies ? mean / error : null
  const reach = varies ? criticalT(0.05, n - 1) * error : 0
  return {
    queries: n,
    difference: mean,
    interval: n < 2 ? null : [mean - reach, mean + reach],
    wins: differences.filter(value => value > TIE).length,
    losses: differences.filter(value => value < -TIE).length,
    ties: differences.filter(value => Math.abs(value) <= TIE).length,
    tTest: { t, p: t === null ? (n > 1 && Math.abs(mean) > ROUNDING ? 0 : 1) : twoSidedP(t, n - 1) },
    randomisation: randomisation(differences.filter(value => value !== 0)),
  }
}

function randomisation(differences: readonly number[]): PairedTest['randomisation'] {
  const observed = Math.abs(sum(differences)) * (1 - ROUNDING)
  return differences.length <= EXACT_UP_TO ? allSigns(differences, observed) : someSigns(differences, observed)
}

function allSigns(differences: readonly number[], observed: number): PairedTest['randomisation'] {
  const samples = 2 ** differences.length
  let asLarge = 0
  for (let signs = 0; signs < samples; signs++) {
    let total = 0
    for (let i = 0; i < differences.length; i++) total += (signs >>> i) & 1 ? -differences[i]! : differences[i]!
    if (Math.abs(total) >= observed) asLarge++
  }
  return { p: asLarge / samples, samples, exact: true }
}

/**
 * Random signs from a fixed seed: the same data always give the same p. The observed sample counts too, so p is never
 * 0.
 */
function someSigns(differences: readonly number[], observed: number): PairedTest['randomisation'] {
  const values = Float64Array.from(differences)
  let state = 0x9e3779b9
  let asLarge = 0
  for (let sample = 0; sample < SAMPLES; sample++) {
    let total = 0
    let bits = 0
    for (let i = 0; i < values.length; i++) {
      if (i % 32 === 0) {
        // xorshift32 (Marsaglia 2003), its weak low bits mixed with the high ones.
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
        bits = Math.imul(state, 0x85ebca6b) ^ (state >>> 15)
      }
      total += (bits >>> (i % 32)) & 1 ? -values[i]! : values[i]!
    }
    if (Math.abs(total) >= observed) asLarge++
  }
  return { p: (asLarge + 1) / (SAMPLES + 1), samples: SAMPLES, exact: false }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
