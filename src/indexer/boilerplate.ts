import { createHash } from 'node:crypto'

/** On a site of fewer pages, what most pages share tells nothing. */
const FEWEST_PAGES = 5
/** The same for a folder of the site. */
const FEWEST_IN_FOLDER = 10
/** This many shared pieces in a row are boilerplate anywhere on a page. */
const SHORTEST_RUN = 3

/** Characters of a fingerprint. */
const LENGTH = 6

/** The fingerprints of texts, joined without separators. */
export function fingerprints(pieces: readonly string[]): string {
  return pieces
    .map(piece => createHash('sha1').update(piece.replace(/\s+/g, ' ')).digest('base64url').slice(0, LENGTH))
    .join('')
}

export interface PagePieces {
  /** The path from the root of the site, with `/`. */
  file: string
  fingerprints: string
  /** One character per piece: `t` for the title, `1` to `6` for a heading's depth, `b` for a block. */
  kinds: string
}

export interface SharedPieces {
  /** Places of the pieces that most pages of the site, or of one of its folders, have. */
  shared: ReadonlySet<number>
  /** Those among them that are boilerplate and are left out. */
  left: ReadonlySet<number>
}

/** Finds what most pages of a site, or of one of its folders, repeat. */
export class Boilerplate {
  readonly #folders = new Map<string, { pages: number; counts: Map<string, number> }>()
  readonly isSite: boolean

  constructor(pages: readonly PagePieces[]) {
    this.isSite = pages.length >= FEWEST_PAGES
    for (const page of pages) {
      const own = new Set(split(page.fingerprints))
      for (const folder of foldersOf(page.file)) {
        const of = this.#folders.get(folder) ?? { pages: 0, counts: new Map<string, number>() }
        this.#folders.set(folder, of)
        of.pages++
        for (const piece of own) of.counts.set(piece, (of.counts.get(piece) ?? 0) + 1)
      }
    }
  }

  /**
   * Finds what a page shares with most others. Shared blocks are left out at the page's beginning, at its end, and in
   * runs of three or more pieces. A lone sentence that many pages share may belong where it stands. Headings stay with
   * the blocks below them.
   */
  of({ file, fingerprints, kinds }: PagePieces): SharedPieces {
    const folders = foldersOf(file).flatMap(folder => this.#countsOf(folder))
    const pieces = split(fingerprints)
    const isShared = pieces.map(piece => folders.some(({ pages, counts }) => 2 * counts.get(piece)! > pages))
    const shared = new Set(isShared.flatMap((is, place) => (is ? [place] : [])))
    const left = new Set<number>()
    const first = kinds.lastIndexOf('t') + 1
    for (let from = first; from < pieces.length; from++) {
      if (!isShared[from]) continue
      let to = from
      while (to < pieces.length && isShared[to]) to++
      if (from === first || to === pieces.length || to - from >= SHORTEST_RUN) this.#leave(kinds, from, to, left)
      from = to
    }
    return { shared, left }
  }

  /** Leaves out a run's blocks and headings, except a last heading with something below it. */
  #leave(kinds: string, from: number, to: number, left: Set<number>): void {
    let last = to - 1
    while (last >= from && kinds[last] === 'b') last--
    for (let place = from; place < to; place++) {
      const kept = place === last && staysAbove(kinds[last]!, kinds[to])
      if (!kept) left.add(place)
    }
  }

  #countsOf(folder: string) {
    const of = this.#folders.get(folder)
    const fewest = folder === '' ? FEWEST_PAGES : FEWEST_IN_FOLDER
    return of && of.pages >= fewest ? [of] : []
  }
}

/** The folders above a file, the site's root first. */
function foldersOf(file: string): string[] {
  const names = file.split('/').slice(0, -1)
  return ['', ...names.map((_, i) => names.slice(0, i + 1).join('/'))]
}

/**
 * Whether a shared heading has own content of the page below it. A heading of the first level before another heading is
 * the name of the site.
 */
function staysAbove(heading: string, next: string | undefined): boolean {
  if (next === undefined) return false
  return next === 'b' || (heading > '1' && next > heading)
}

function split(fingerprints: string): string[] {
  return Array.from({ length: fingerprints.length / LENGTH }, (_, i) =>
    fingerprints.slice(i * LENGTH, (i + 1) * LENGTH),
  )
}
