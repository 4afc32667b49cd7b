import type { Ranking } from '../src/index.js'
import { createPassageRow, type PassageRow, type ViewRange } from './passageRow.js'
import { showRows } from './rowList.js'

/** The list of passages that a person entered, in the order of the ranking. */
export class PassageList {
  /** In the order in which they were entered. */
  #rows: PassageRow[] = []
  /** A passage keeps its row, which can glide, while others are edited. */
  #rowsByText = new Map<string, PassageRow>()
  readonly #list: HTMLOListElement

  constructor(list: HTMLOListElement) {
    this.#list = list
  }

  setTexts(texts: readonly string[]): void {
    const rowsByText = new Map<string, PassageRow>()
    this.#rows = texts.map((text, i) => {
      const copiesBefore = texts.slice(0, i).filter(other => other === text).length
      const key = `${copiesBefore} ${text}`
      const row = this.#rowsByText.get(key) ?? createPassageRow(text)
      rowsByText.set(key, row)
      return row
    })
    this.#rowsByText = rowsByText
  }

  /** Shows the passages without scores, as they were entered. */
  showUnranked(): void {
    showRows(this.#list, this.#rows, 0, false)
    for (const row of this.#rows) row.setScores()
  }

  /** Shows what was ranked, best first, and below it what the model has not read yet. */
  showRanking(ranking: Ranking): void {
    const ranked = ranking.results.map(({ index }) => this.#rows[index]!)
    const seen = new Set(ranked)
    const waiting = this.#rows.filter(row => !seen.has(row))
    ranking.results.forEach((result, place) => {
      ranked[place]!.setScores(result, viewRanges(ranking, result.stage))
    })
    for (const row of waiting) row.setScores()
    showRows(this.#list, [...ranked, ...waiting], ranked.length, true)
  }
}

/** Scores of one stage compare with each other alone. */
function viewRanges({ results }: Ranking, stage: number): ViewRange[] {
  const scored = results.flatMap(result => (result.stage === stage && result.views ? [result.views] : []))
  return (scored[0] ?? []).map((_, view) => {
    const scores = scored.map(views => views[view]!)
    return { low: Math.min(...scores), high: Math.max(...scores) }
  })
}
