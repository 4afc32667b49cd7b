import type { Layers } from './layers.js'

/**
 * Maps between all rows of a batch and its tokens, the rows that are not padding. WebGPU computes all rows, [B, S, d]:
 * moving rows would cost dispatches. WASM computes the tokens alone, [tokens, d], and pads for attention only, so
 * prompts of any lengths share a batch and padding costs next to nothing.
 */
export interface TokenPlaces {
  /** Rows [B, S, ..] or [B · S, ..] to the rows that the layers take. */
  tokensOf(rows: string): string
  /** The inverse, with S rows for each prompt. Padding repeats some token. */
  padded(tokens: string): string
  /** The first rows of each prompt; the input `rows` is their number. */
  firstOf(tokens: string): string
  /** `tokensOf` and `padded` for the first rows. */
  firstTokensOf(rows: string): string
  firstPadded(tokens: string): string
}

/** Masked tokens that are computed, though no other attends to them, are above this; padding is below. */
const LEAST_OF_TOKENS = -1e6

export function tokenPlaces(layers: Layers, mask: string, rows: string): TokenPlaces {
  return layers.onGpu ? allRows(layers, rows) : withoutPadding(layers, mask, rows)
}

function allRows({ graph }: Layers, rows: string): TokenPlaces {
  const same = (x: string) => x
  return {
    tokensOf: same,
    padded: same,
    firstOf: x => graph.node('Slice', [x, graph.integers(0), rows, graph.integers(1)]),
    firstTokensOf: same,
    firstPadded: same,
  }
}

function withoutPadding({ graph }: Layers, mask: string, rows: string): TokenPlaces {
  const flat = (x: string) => graph.node('Reshape', [x, graph.integers(-1)])
  const firstRows = (x: string) => graph.node('Slice', [x, graph.integers(0), rows, graph.integers(1)])
  const gather = (x: string, places: string) => graph.node('Gather', [x, places], { axis: 0 })
  const INT64 = 7
  // [B, S], 1 at tokens
  const real = graph.node('Squeeze', [
    graph.node('Cast', [graph.node('Greater', [mask, graph.float(LEAST_OF_TOKENS)])], { to: INT64 }),
    graph.integers(1, 2),
  ])
  /** The row of each token, [tokens], and the token of each row, [B · S]. */
  const placesOf = (real: string) => {
    const line = flat(real)
    const count = graph.node('Sub', [graph.node('CumSum', [line, graph.integers(0)]), graph.integers(1)])
    return { tokens: flat(graph.node('NonZero', [line])), rows: graph.node('Max', [count, graph.integers(0)]) }
  }
  const whole = placesOf(real)
  const first = placesOf(firstRows(real))
  const ofWhole = graph.node('Reshape', [whole.rows, graph.node('Shape', [real])])
  const firstAmongWhole = gather(flat(firstRows(ofWhole)), first.tokens)
  return {
    tokensOf: x => gather(x, whole.tokens),
    padded: x => gather(x, whole.rows),
    firstOf: x => gather(x, firstAmongWhole),
    firstTokensOf: x => gather(x, first.tokens),
    firstPadded: x => gather(x, first.rows),
  }
}
