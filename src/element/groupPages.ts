import type { Result } from './result.js'

/** The most sections of one page that stand together. Others keep their places. */
const MOST = 3

/** Only the first results are grouped, so that a weak section never pushes a better page down. */
const NEAR = 10

/** Puts the sections of a page below the best of them. */
export function groupPages(results: readonly Result[]): Result[] {
  const grouped = new Set<Result>()
  for (const [place, result] of results.entries()) {
    if (grouped.has(result)) continue
    grouped.add(result)
    const others = results.slice(place + 1, NEAR).filter(other => isSamePage(other, result) && !grouped.has(other))
    for (const other of others.slice(0, MOST - 1)) grouped.add(other)
  }
  return [...grouped]
}

/** Whether a result stands directly below another section of its page. */
export const isSamePage = (a: Result, b: Result | undefined): boolean => b !== undefined && pageOf(a) === pageOf(b)

const pageOf = ({ candidate: { url } }: Result) => url.replace(/#.*/, '')
