import { createHash } from 'node:crypto'
import type { Section } from '../../src/api/search.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { rowsOf } from './rows.js'

/** Number of a manual's titles to ask after fusion and after the chain, and to type letter by letter. */
export const SAMPLE = 100
const TOP = 50

export interface Title {
  text: string
  /** The id of its section's first part. */
  section: number
  page: string
  /** A number derived from the text alone. */
  draw: number
}

export function uniqueHeadings(sections: readonly Section[]): Title[] {
  const found = new Map<string, Set<number>>()
  for (const { path, section } of sections) {
    const text = path.at(-1)!
    found.set(text, (found.get(text) ?? new Set()).add(section))
  }
  return [...found]
    .filter(([, of]) => of.size === 1)
    .map(([text, of]) => {
      const section = [...of][0]!
      const draw = createHash('sha1').update(text).digest().readUInt32LE()
      return { text, section, page: pageOf(sections[section]!.url), draw }
    })
}

const pageOf = (url: string) => url.replace(/#.*/, '')

export const VARIANTS: Record<string, (title: Title) => string | undefined> = {
  whole: ({ text }) => text,
  lowerCase: ({ text }) => text.toLowerCase(),
  oneWordLeftOut: ({ text, draw }) => {
    const words = text.split(/\s+/)
    return words.length < 3 ? undefined : words.toSpliced(draw % words.length, 1).join(' ')
  },
  otherOrder: ({ text, draw }) => {
    const words = text.split(/\s+/)
    if (words.length < 2) return undefined
    const at = 1 + (draw % (words.length - 1))
    return [...words.slice(at), ...words.slice(0, at)].join(' ')
  },
  oneSlip: ({ text, draw }) => {
    const words = [...text.matchAll(/\p{L}{5,}/gu)]
    if (words.length === 0) return undefined
    const { 0: word, index } = words[draw % words.length]!
    return text.slice(0, index) + slip(word, draw >> 4) + text.slice(index + word.length)
  },
}

/** A word with one typo: two letters swapped, one left out, doubled or replaced. The first letter stays. */
function slip(word: string, draw: number): string {
  const at = 1 + (Math.abs(draw) % (word.length - 2))
  const [before, one, two, after] = [word.slice(0, at), word[at]!, word[at + 1]!, word.slice(at + 2)]
  switch (Math.abs(draw >> 4) % 4) {
    case 0:
      return one === two ? before + one + after : before + two + one + after
    case 1:
      return before + two + after
    case 2:
      return before + one + one + two + after
    default:
      return `${before}${one === 'e' ? 'a' : 'e'}${two}${after}`
  }
}

/** Types titles letter by letter: per cent of the letters, from the third on, that drop the page from the first ten. */
export function leaving(index: SearchIndex, titles: readonly Title[]): string {
  let typed = 0
  let left = 0
  for (const { text, page } of titles) {
    let was = false
    const characters = [...text]
    for (let length = 3; length <= characters.length; length++) {
      const { candidates } = index.query(characters.slice(0, length).join(''), { limit: TOP })
      const firstTen = new Set(rowsOf(candidates).slice(0, 10))
      const is = candidates.some(({ section, url }) => firstTen.has(section) && pageOf(url) === page)
      typed++
      if (was && !is) left++
      was = is
    }
  }
  return ((100 * left) / typed).toFixed(2)
}
