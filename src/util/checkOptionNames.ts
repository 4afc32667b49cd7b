import { RerankError } from '../api/errors.js'

/** The words of a text. */
type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text

/**
 * @param known the names of all options, separated by spaces; the type checker reports a missing one
 * @throws RerankError `bad-option` for an unknown option, with the nearest known name
 */
export function checkOptionNames<Options extends object, const Known extends string>(
  options: Options,
  known: Known & ([keyof Options] extends [Words<Known>] ? unknown : never),
): void {
  const names = known.split(' ')
  for (const name in options) {
    if (names.includes(name)) continue
    const near = nearest(name.toLowerCase(), names)
    throw new RerankError('bad-option', `There is no option ${name}${near ? `; did you mean ${near}?` : '.'}`)
  }
}

/** The word at the smallest edit distance, if that is less than half the word's length. Ignores case. */
function nearest(name: string, words: readonly string[]): string | undefined {
  for (const edits of [0, 1, 2, 3]) {
    const near = words.find(word => 2 * edits < word.length && isWithin(word.toLowerCase(), name, edits))
    if (near) return near
  }
  return undefined
}

/** Whether the edit distance of two words (insertions, deletions, substitutions) is at most `edits`. */
function isWithin(a: string, b: string, edits: number): boolean {
  if (a !== '' && a[0] === b[0]) return isWithin(a.slice(1), b.slice(1), edits)
  if (edits === 0) return a === b
  return (
    isWithin(a.slice(1), b, edits - 1) ||
    isWithin(a, b.slice(1), edits - 1) ||
    isWithin(a.slice(1), b.slice(1), edits - 1)
  )
}
