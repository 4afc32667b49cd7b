/** A row of the list, for the keyboard. */
export interface ListRow {
  id: string
  /** Number of cells: the link or query, and the button beside it. */
  cells: number
}

/** The cell that the keyboard has reached. The focus stays in the input (`aria-activedescendant`). */
export class ActiveCell {
  #row: string | undefined
  #cell = 0

  /** The row's id; undefined while the keyboard is at the input. */
  get row(): string | undefined {
    return this.#row
  }

  /** The cell's id. */
  get id(): string | undefined {
    return this.#row === undefined ? undefined : `${this.#row}-${this.#cell}`
  }

  cellOf(row: string): number | undefined {
    return row === this.#row ? this.#cell : undefined
  }

  leave(): void {
    this.#row = undefined
    this.#cell = 0
  }

  goTo(row: string): void {
    this.#row = row
    this.#cell = 0
  }

  /** Moves up or down, in a ring that includes the input. */
  step(way: 1 | -1, rows: readonly ListRow[]): void {
    const here = rows.findIndex(({ id }) => id === this.#row)
    const ring = rows.length + 1
    const next = (here + 1 + way + ring) % ring
    const cell = Math.min(this.#cell, (rows[next - 1]?.cells ?? 1) - 1)
    this.#row = rows[next - 1]?.id
    this.#cell = this.#row === undefined ? 0 : cell
  }

  /**
   * Moves along the row. Backwards from its first cell leads to the input.
   * @returns false if the input needs the key
   */
  across(way: 1 | -1, rows: readonly ListRow[]): boolean {
    const row = rows.find(({ id }) => id === this.#row)
    if (!row) return false
    if (way < 0 && this.#cell === 0) {
      this.leave()
      return false
    }
    this.#cell = Math.min(row.cells - 1, Math.max(0, this.#cell + way))
    return true
  }
}
