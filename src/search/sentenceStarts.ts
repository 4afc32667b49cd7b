/** The offsets at which a line or a sentence begins, as well as can be told by its looks. */
export function sentenceStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n|[.!?] (?=\p{Lu})/gu)].map(({ 0: end, index }) => index + end.length)]
}
