import { toolError } from '../api/toolErrors.js'
import { StoredLines } from './storedLines.js'
import { readTexts, type Text, textParser } from './texts.js'

/**
 * The passages of a corpus that a run names. One pass over the corpus records their positions.
 * @throws RerankError bad-data, also when the run names a passage that the corpus lacks
 */
export class CandidatePassages {
  readonly #places = new Map<string, number>()
  readonly #lines: StoredLines
  readonly #parse: (line: string) => Text | undefined

  private constructor(readonly corpus: string) {
    this.#lines = new StoredLines(corpus)
    this.#parse = textParser(corpus)
  }

  /** @param wanted ids, each with the place that names it, for errors */
  static async find(
    corpus: string,
    wanted: ReadonlyMap<string, string>,
    onProgress: (passages: number) => void = () => {},
  ): Promise<CandidatePassages> {
    const passages = new CandidatePassages(corpus)
    let read = 0
    for await (const parsed of readTexts(corpus)) {
      if (++read % 8192 === 0) onProgress(read)
      if (wanted.has(parsed.value.id)) passages.#places.set(parsed.value.id, passages.#lines.keep(parsed))
      if (passages.#places.size === wanted.size) break
    }
    for (const [id, where] of wanted) {
      if (!passages.#places.has(id)) throw toolError('bad-data', `${corpus} lacks the passage ${id} of ${where}`)
    }
    return passages
  }

  read(id: string): Text {
    return this.#parse(this.#lines.read(this.#places.get(id)!))!
  }

  close(): void {
    this.#lines.close()
  }
}
