import { sha256 } from '../util/sha256.js'
import type { PartStore } from './partStore.js'

/** The result of a device's self-check on an earlier visit. */
export interface CachedVerdict {
  /** The reason why the device was refused; false if it passed. */
  refused: string | false
}

const PREFIX = 'verdict-'

/**
 * Verdicts on devices, kept beside the models, so a visit need not repeat the whole self-check. They are only a cache:
 * the next model download evicts them, and a device that passed is still checked with a part of the probe.
 */
export class DeviceVerdicts {
  readonly #open: () => Promise<PartStore>

  constructor(open: () => Promise<PartStore>) {
    this.#open = open
  }

  /** @param key everything that the verdict depends on */
  async read(key: readonly string[]): Promise<CachedVerdict | undefined> {
    try {
      const bytes = await (await this.#open()).read(await nameFor(key))
      return bytes && parse(JSON.parse(new TextDecoder().decode(bytes)))
    } catch {
      return undefined
    }
  }

  async keep(key: readonly string[], verdict: CachedVerdict): Promise<void> {
    try {
      await (await this.#open()).write(await nameFor(key), new TextEncoder().encode(JSON.stringify(verdict)))
    } catch {
      // The next visit checks again. `loadModel` reports whether the browser keeps anything.
    }
  }
}

async function nameFor(key: readonly string[]): Promise<string> {
  return PREFIX + (await sha256(new TextEncoder().encode(JSON.stringify(key))))
}

/** Other scripts of the site may have edited the file. */
function parse(json: { refused?: unknown } | null): CachedVerdict | undefined {
  const refused = json?.refused
  return refused === false || typeof refused === 'string' ? { refused } : undefined
}
