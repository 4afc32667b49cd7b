import { Script } from 'node:vm'
import { RerankError } from '../../src/api/errors.js'

/**
 * No handful of cases is allowed to take longer, not even on a machine that has much else to do: an honest case takes a
 * few milliseconds.
 */
const LONGEST_MS = 15_000

/** An allocation may be this many times the input, or this much in any case. */
const FACTOR = 64
const ALWAYS = 4 * 2 ** 20

const GUARDED = [
  'Array',
  'ArrayBuffer',
  'Uint8Array',
  'Uint16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
] as const

/** A reader did what it must not do with a damaged file. */
export class Finding extends Error {
  override readonly name = 'Finding'
}

/**
 * Runs a reader over a damaged input. It may give a result or a RerankError.
 * @param inputBytes size of the input, to which allocations are held
 * @returns the result, or the RerankError
 * @throws Finding for any other error, and for an allocation out of proportion
 */
export function guarded<R>(run: () => R, inputBytes: number): R | RerankError {
  const allowance = Math.max(ALWAYS, FACTOR * inputBytes)
  let excess: number | undefined
  const restore = watchAllocations(size => {
    if (size <= allowance) return
    excess = size
    throw new Finding(`It allocates ${size} bytes for an input of ${inputBytes}`)
  })
  let result: R | RerankError
  try {
    result = run()
  } catch (error) {
    if (error instanceof RerankError) result = error
    else throw error instanceof Finding ? error : new Finding(`It throws ${error}`, { cause: error })
  } finally {
    restore()
  }
  // Also where somebody caught it on the way.
  if (excess !== undefined) throw new Finding(`It allocates ${excess} bytes for an input of ${inputBytes}`)
  return result
}

const shared = globalThis as unknown as { fuzzedRun?: () => unknown }
const script = new Script('fuzzedRun()')

/** V8 ends the run from outside, whatever loop or regular expression it is in. @throws Finding where it has to */
export function interruptible<R>(run: () => R): R {
  shared.fuzzedRun = run
  try {
    return script.runInThisContext({ timeout: LONGEST_MS }) as R
  } catch (error) {
    const { code } = error as { code?: string }
    throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? new Finding(`It takes more than ${LONGEST_MS} ms`) : error
  }
}

/** Calls back with the size of every array that is made by a length. @returns what ends it */
function watchAllocations(onAllocation: (bytes: number) => void): () => void {
  const scope = globalThis as unknown as Record<string, new (...args: unknown[]) => object>
  const originals = GUARDED.map(name => [name, scope[name]!] as const)
  for (const [name, original] of originals) {
    const itemBytes =
      (original as unknown as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? (name === 'Array' ? 8 : 1)
    scope[name] = new Proxy(original, {
      construct(target, args, newTarget) {
        if (typeof args[0] === 'number' && args.length === 1) onAllocation(args[0] * itemBytes)
        return Reflect.construct(target, args, newTarget === scope[name] ? target : newTarget) as object
      },
    })
  }
  return () => {
    for (const [name, original] of originals) scope[name] = original
  }
}
