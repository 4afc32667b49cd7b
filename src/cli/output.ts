import { writeFile } from 'node:fs/promises'
import { RerankError } from '../api/errors.js'
import { toolError } from '../api/toolErrors.js'

/** The reader of stdout has gone (`… | head -1`). The command ends without an error. */
export class OutputClosed extends Error {}

/** Writes to stdout and waits until the text is flushed, so a slow reader does not fill memory. */
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
    throw toolError('bad-usage', `${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}

/** Prints an error on stderr: code, message and remedy. */
export function printError(error: unknown, where = 'mvp-rerank'): void {
  progress.clear()
  if (error instanceof RerankError) {
    console.error(`${where}: error ${error.code}: ${error.message}\n  ${error.remedy}`)
  } else {
    console.error(`${where}: unexpected error:`, error)
  }
}

const LIVE_EVERY_MS = 200
const LOG_EVERY_MS = 30_000

/** A progress line on stderr: rewritten in place on a terminal, and a new line every 30 s elsewhere. */
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

  /** Clears the line on a terminal, before other output. */
  clear(): void {
    if (this.#live && this.#shown) process.stderr.write('\r\x1b[K')
    this.#shown = false
  }
}

export const progress = new ProgressLine()
