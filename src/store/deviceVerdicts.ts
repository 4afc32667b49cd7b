import { sha256 } from '../util/sha256.js'
import type { PartStore } from './partStore.js'

/** What became of a device on an earlier visit: it was right, or it was refused for a reason. */
export interface CachedVerdict {
  refused: string | false
}

const PREFIX = 'verdict-'

/**
 * DeviceVerdicts on devices, kept beside the models, so that a visit need not find out again what the last one knew. They are no promise: with the next
 * model that is downloaded they leave, like every part that no manifest names, and a device that was right is still asked a part of the probe.
 */
export class DeviceVerdicts {
  readonly #open: () => Promise<PartStore>

  constructor(open: () => Promise<PartStore>) {
    this.#open = open
  }

  /** @param on all that the verdict depends on */
  async read(on: readonly string[]): Promise<CachedVerdict | undefined> {
    try {
      const bytes = await (await this.#open()).read(await nameFor(on))
      return bytes && parse(JSON.parse(new TextDecoder().decode(bytes)))
    } catch {
      return undefined
    }
  }

  async keep(on: readonly string[], verdict: CachedVerdict): Promise<void> {
    try {
      await (await this.#open()).write(await nameFor(on), new TextEncoder().encode(JSON.stringify(verdict)))
    } catch {
      // Then the next visit finds out again; whether the browser keeps anything is told where the model is loaded.
    }
  }
}

async function nameFor(on: readonly string[]): Promise<string> {
  return PREFIX + (await sha256(new TextEncoder().encode(JSON.stringify(on))))
}

/** Anyone may edit what lies there. */
function parse(json: { refused?: unknown } | null): CachedVerdict | undefined {
  const refused = json?.refused
  return refused === false || typeof refused === 'string' ? { refused } : undefined
}
