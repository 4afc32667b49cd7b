import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { find } from './dom.js'
import { textOf } from './textContent.js'

/** The separators between the parts of a title. */
export const SEPARATOR = /\s+[|–—·•»«:-]\s+|:\s+/g

/** The title that a page states apart from its headings, such as `Install – Guide – Site`. */
export class PageTitle {
  readonly text: string | undefined
  /** The parts of the title, to compare with other pages. */
  readonly pieces: readonly string[]
  readonly #site: string | undefined

  constructor(document: Tree.Document, metas: ReadonlyMap<string, string[]>) {
    const tag = find(document, ({ tagName }) => tagName === 'title')
    const text = (metas.get('og:title')?.[0] ?? (tag && textOf(tag)))?.replace(/\s+/g, ' ').trim()
    this.text = text === '' ? undefined : text
    this.#site = metas.get('og:site_name')?.[0]?.trim()
    this.pieces = (this.text ?? '').split(SEPARATOR).map(piece => `title ${piece}`)
  }

  /**
   * The title without the name of the site.
   * @param shared the pieces that most pages of the site have
   * @param isSite whether the site has enough pages to tell; else the last piece counts as its name
   */
  without(shared: ReadonlySet<number>, isSite: boolean): string | undefined {
    const { text } = this
    if (text === undefined) return undefined
    const pieces = text.split(SEPARATOR)
    const isName = (place: number) => shared.has(place) || pieces[place] === this.#site
    let from = 0
    let to = pieces.length
    while (from < to - 1 && isName(from)) from++
    while (to - 1 > from && isName(to - 1)) to--
    if (from > 0 || to < pieces.length) {
      const start = pieces.slice(0, from).reduce((at, piece) => text.indexOf(piece, at) + piece.length, 0)
      const begin = text.indexOf(pieces[from]!, start)
      const end = pieces.slice(from, to).reduce((at, piece) => text.indexOf(piece, at) + piece.length, begin)
      return text.slice(begin, end)
    }
    return isSite ? text : text.replace(/ [|–—·] [^|–—·]+$/, '')
  }
}
