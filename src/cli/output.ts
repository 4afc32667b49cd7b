import { writeFile } from 'node:fs/promises'
import { RerankError, type ToolErrorCode } from '../api/errors.js'
import { toolRemedies } from './remedies.js'

/** Whoever read our output has gone (`… | head -1`): nothing is wrong, and there is nobody left to write for. */
export class OutputClosed extends Error {}

/** Writes to stdout and waits until it has been taken: a slow reader slows us down instead of filling memory. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, error => {
      if (!error) resolve()
      else reject((error as NodeJS.ErrnoException).code === 'EPIPE' ? new OutputClosed() : error)
    })
  })
}

/** @throws RerankError bad-usage when the file cannot be written */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (cause) {
    throw new RerankError('bad-usage', `${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}

/** An error for a person, on stderr: code, what happened, and what to do. */
export function printError(error: unknown, where = 'mvp-rerank'): void {
  progress.clear()
  if (error instanceof RerankError) {
    const remedy = error.remedy || toolRemedies[error.code as ToolErrorCode]
    console.error(`${where}: error ${error.code}: ${error.message}\n  ${remedy}`)
  } else {
    console.error(`${where}: unexpected error:`, error)
  }
}

const LIVE_EVERY_MS = 200
const LOG_EVERY_MS = 30_000

/** One line on stderr: rewritten in place on a terminal; in a log, a new one now and then, so that short runs stay silent. */
class ProgressLine {
  readonly #live = process.stderr.isTTY
  #last = performance.now()
  #shown = false

  update(text: string): void {
    const now = performance.now()
    if (now - this.#last < (this.#live ? LIVE_EVERY_MS : LOG_EVERY_MS)) return
    this.#last = now
    this.#shown = true
    process.stderr.write(this.#live ? `\r\x1b[K${text}` : `${text}\n`)
  }

  /** Takes the line off a terminal, so that what is printed next begins at the left. */
  clear(): void {
    if (this.#live && this.#shown) process.stderr.write('\r\x1b[K')
    this.#shown = false
  }
}

export const progress = new ProgressLine()
