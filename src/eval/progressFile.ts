import { type FileHandle, open, readFile, rm, stat, truncate } from 'node:fs/promises'
import { toolError } from '../api/toolErrors.js'
import { assertWritable } from './writable.js'

/**
 * Remembers which queries are finished, so that a killed run continues where it stopped. The file `<output>.progress`
 * beside the output holds the settings, then a line per finished query: its measurements, and the length of every
 * output after it. On resuming, outputs are truncated to these lengths, which drops a query that was under way.
 */
export class ProgressFile<Record> {
  /** The records of finished queries, in their order. */
  readonly finished: readonly Record[]
  readonly #path: string
  readonly #outputs: readonly string[]
  readonly #files: FileHandle[] = []
  readonly #ends: number[]
  /** The valid part of the progress file. */
  readonly #head: string

  private constructor(path: string, outputs: readonly string[], entries: readonly Entry<Record>[], head: string) {
    this.#path = path
    this.#outputs = outputs
    this.finished = entries.map(({ record }) => record)
    this.#ends = entries.at(-1)?.ends ?? outputs.map(() => 0)
    this.#head = head
  }

  /**
   * @param outputs files that grow with every query; the progress file is named after the first
   * @param settings of the run, JSON; a progress file of other settings is refused
   * @throws RerankError bad-usage when an output cannot be written, or when the progress file is of a run with other
   * settings
   */
  static async open<Record>(outputs: readonly string[], settings: object): Promise<ProgressFile<Record>> {
    const path = `${outputs[0]}.progress`
    for (const output of [...outputs, path]) await assertWritable(output)
    const header = JSON.stringify(settings)
    const [first, ...lines] = (await readFile(path, 'utf8')).split('\n')
    const entries = wholeEntries<Record>(lines)
    if (entries.length > 0 && first !== header) {
      throw toolError('bad-usage', `${path} is of a run with other settings: ${first}`, {
        remedy: `Run it again as it was to finish it; to begin anew, delete ${path}.`,
      })
    }
    const sizes = await Promise.all(outputs.map(async output => (await stat(output)).size))
    // After a power loss, outputs may be shorter than recorded.
    while (entries.length > 0 && entries.at(-1)!.ends.some((end, i) => end > sizes[i]!)) entries.pop()
    const head = [header, ...lines.slice(0, entries.length)].map(line => `${line}\n`).join('')
    return new ProgressFile(path, outputs, entries, head)
  }

  /** Adds a finished query: first its part of each output, then its record. */
  async add(texts: readonly string[], record: Record): Promise<void> {
    if (this.#files.length === 0) await this.#begin()
    for (const [i, text] of texts.entries()) {
      await this.#files[i]!.appendFile(text)
      this.#ends[i]! += Buffer.byteLength(text)
    }
    await this.#files.at(-1)!.appendFile(`${JSON.stringify({ ends: this.#ends, record })}\n`)
  }

  /** Called at the first write: a mistyped option must not truncate an earlier run's output. */
  async #begin(): Promise<void> {
    for (const [i, output] of this.#outputs.entries()) {
      await truncate(output, this.#ends[i])
      this.#files.push(await open(output, 'a'))
    }
    // Truncated, not rewritten: a kill in between would lose the records.
    await truncate(this.#path, this.finished.length === 0 ? 0 : Buffer.byteLength(this.#head))
    const progress = await open(this.#path, 'a')
    if (this.finished.length === 0) await progress.appendFile(this.#head)
    this.#files.push(progress)
  }

  /** @param complete whether the run is complete: then the progress file is deleted */
  async close(complete: boolean): Promise<void> {
    await Promise.all(this.#files.map(file => file.close()))
    if (complete) {
      for (const [i, output] of this.#outputs.entries()) await truncate(output, this.#ends[i])
    }
    if (complete || (await stat(this.#path)).size === 0) await rm(this.#path)
  }
}

interface Entry<Record> {
  ends: number[]
  record: Record
}

/** The entries before the first truncated line. The last element is the text after the last newline. */
function wholeEntries<Record>(lines: readonly string[]): Entry<Record>[] {
  const entries: Entry<Record>[] = []
  for (const line of lines.slice(0, -1)) {
    try {
      entries.push(JSON.parse(line))
    } catch {
      break
    }
  }
  return entries
}
