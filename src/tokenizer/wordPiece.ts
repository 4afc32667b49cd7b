export interface WordPieceModel {
  /** Of each piece; those within a word begin with the prefix. */
  ids: ReadonlyMap<string, number>
  unknownId: number
  /** Marks pieces that continue a word. */
  prefix: string
  /** Words of more characters are unknown. */
  longest: number
}

/** The ids of a word: always the longest piece that fits, or the unknown one where none does. */
export function wordPieces(word: string, { ids, unknownId, prefix, longest }: WordPieceModel): number[] {
  if (word.length > longest && [...word].length > longest) return [unknownId]
  const found: number[] = []
  for (let start = 0; start < word.length; ) {
    let end = word.length
    let id: number | undefined
    while (id === undefined && end > start) {
      const piece = word.slice(start, end)
      id = ids.get(start > 0 ? prefix + piece : piece)
      if (id === undefined) end -= endsWithPair(piece) ? 2 : 1
    }
    if (id === undefined) return [unknownId]
    found.push(id)
    start = end
  }
  return found
}

/** Whether the last character takes two UTF-16 units. */
function endsWithPair(text: string): boolean {
  return text.codePointAt(text.length - 2)! > 0xffff
}
