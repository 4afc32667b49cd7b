import { weakForms } from './normalize.js'

/** Finds terms of an index by weaker forms: `café` by `cafe`, `gerät` by `gerat` and `geraet`. */
export class WeakTerms {
  readonly #places = new Map<string, number[]>()
  /** Whether the index is in a language with umlauts. Such languages form compounds. */
  readonly haveUmlauts: boolean

  constructor(terms: readonly string[]) {
    let umlauts = 0
    terms.forEach((term, place) => {
      if (/[äöüåø]/.test(term)) umlauts++
      for (const form of weakForms(term)) {
        const of = this.#places.get(form)
        if (of) of.push(place)
        else this.#places.set(form, [place])
      }
    })
    this.haveUmlauts = umlauts > terms.length / 100
  }

  /** Terms with this weaker form. */
  find(form: string): readonly number[] {
    return this.#places.get(form) ?? []
  }

  /** Terms with a weaker form that ends in a part, or holds it anywhere. */
  *compounds(part: string, anywhere: boolean, least: number): Iterable<number> {
    for (const [form, places] of this.#places) {
      if (form.length >= least && (anywhere ? form.includes(part) : form.endsWith(part))) yield* places
    }
  }

  /** Terms with a weaker form that begins like this. */
  *beginning(start: string): Iterable<number> {
    for (const [form, places] of this.#places) if (form.startsWith(start)) yield* places
  }
}

const ENDINGS = [
  '',
  'e',
  'd',
  'ed',
  'er',
  'ers',
  'ing',
  'ings',
  'ion',
  'ions',
  'or',
  'ation',
  'ations',
  'ment',
  'able',
  'ly',
  'al',
]
const SUFFIX = /(?:ations?|ings?|ions?|ments?|ers?|ors?|ed|ly|able|al|e)$/

/**
 * Possible other forms of an English word: `delete`, `deleted`, `deletion` for `deleting`. Most of them do not exist;
 * the index knows which do.
 */
export function inflections(word: string): string[] {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return []
  const base = word.replace(SUFFIX, '')
  if (base.length < 4) return ENDINGS.slice(1).map(ending => word + ending)
  const bases = [base]
  // `stopped` is a form of `stop`, `copied` of `copy`.
  if (/([bdgklmnprt])\1$/.test(base)) bases.push(base.slice(0, -1))
  if (base.endsWith('i')) bases.push(`${base.slice(0, -1)}y`)
  return [...new Set([...bases, word].flatMap(stem => ENDINGS.map(ending => stem + ending)))].filter(
    form => form !== word,
  )
}
