/** The offsets at which lines and sentences begin, guessed from punctuation and capitals. */
export function sentenceStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n|[.!?] (?=\p{Lu})/gu)].map(({ 0: end, index }) => index + end.length)]
}
