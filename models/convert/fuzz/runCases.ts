import { RerankError } from '../../../src/errors.js'
import type { Target } from './browserTargets.js'
import { Finding, guarded } from './guards.js'
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

/** Runs cases of seeds from … until `done` says so, targets in turns; at most ten findings are looked for. */
export async function runCases(
  targets: Record<string, Target>,
  from: number,
  done: (cases: number) => boolean,
): Promise<Tally> {
  const tally: Tally = { cases: 0, accepted: 0, refused: {}, slowestMs: 0, findings: [] }
  const names = Object.keys(targets)
  for (let seed = from; !done(tally.cases) && tally.findings.length < 10; seed++) {
    const target = names[seed % names.length]!
    const start = performance.now()
    try {
      const code = await runCase(targets[target]!, seed)
      if (code === undefined) tally.accepted++
      else tally.refused[code] = (tally.refused[code] ?? 0) + 1
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.stack}` : ''
      tally.findings.push({ target, seed, what: `${error}${cause}` })
    }
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - start)
    tally.cases++
  }
  return tally
}

/** @returns the code of the error by which the input was refused; undefined if it was read. @throws Finding */
export async function runCase(target: Target, seed: number): Promise<string | undefined> {
  const { bytes, run, next, end } = target(new Random(seed))
  try {
    let result: unknown = guarded(run, bytes)
    if (result instanceof Promise) result = await result.catch(refusal)
    if (next && !(result instanceof RerankError)) result = guarded(() => next(result as never), bytes)
    return result instanceof RerankError ? result.code : undefined
  } finally {
    end?.()
  }
}

function refusal(error: unknown): RerankError {
  if (error instanceof RerankError) return error
  throw error instanceof Finding ? error : new Finding(`It throws ${error}`, { cause: error })
}
