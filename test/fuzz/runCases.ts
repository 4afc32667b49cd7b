import { RerankError } from '../../src/api/errors.js'
import type { Target } from './browserTargets.js'
import { guarded, interruptible } from './guards.js'
import { Random } from './random.js'

export interface Tally {
  cases: number
  /** Read all the same: the damage was to nothing that matters, or cannot be told from another model. */
  accepted: number
  /** Refused, by code. */
  refused: Record<string, number>
  slowestMs: number
  /** What should not have happened, by the seed that makes it happen again. */
  findings: { target: string; seed: number; what: string }[]
}

/** To watch the clock costs a thread, so a handful of cases share it. */
const HANDFUL = 25

/** Runs cases of seeds from … until `done` says so, targets in turns; at most ten findings are looked for. */
export function runCases(targets: Record<string, Target>, from: number, done: (cases: number) => boolean): Tally {
  const tally: Tally = { cases: 0, accepted: 0, refused: {}, slowestMs: 0, findings: [] }
  const names = Object.keys(targets)
  const nextCase = () => {
    const seed = from + tally.cases++
    const target = names[seed % names.length]!
    const start = performance.now()
    try {
      const code = runCase(targets[target]!, seed)
      if (code === undefined) tally.accepted++
      else tally.refused[code] = (tally.refused[code] ?? 0) + 1
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.stack}` : ''
      tally.findings.push({ target, seed, what: `${error}${cause}` })
    }
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - start)
  }
  while (!done(tally.cases) && tally.findings.length < 10) {
    try {
      interruptible(() => {
        for (let i = 0; i < HANDFUL && !done(tally.cases); i++) nextCase()
      })
    } catch (error) {
      const seed = from + tally.cases - 1
      tally.findings.push({ target: names[seed % names.length]!, seed, what: String(error) })
    }
  }
  return tally
}

/** @returns the code of the error by which the input was refused; undefined if it was read. @throws Finding */
export function runCase(target: Target, seed: number): string | undefined {
  const { bytes, run, end } = target(new Random(seed))
  try {
    const result = guarded(run, bytes)
    return result instanceof RerankError ? result.code : undefined
  } finally {
    end?.()
  }
}
