import { readFileSync, writeFileSync } from 'node:fs'

const FILE = 'bench/RESULTS.md'

/** `BENCH_SHORT=1`, as in `npm run test:full`: less of everything, printed only. */
export const SHORT = process.env.BENCH_SHORT === '1'

/** Puts a section of results between its markers in bench/RESULTS.md, and prints it. */
export function writeResults(section: string, lines: readonly string[]): void {
  console.log(lines.join('\n'))
  if (SHORT) return
  const [begin, end] = [`<!-- ${section} -->`, `<!-- /${section} -->`]
  const text = readFileSync(FILE, 'utf8')
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${FILE} has no markers ${begin} and ${end}`)
  writeFileSync(FILE, `${text.slice(0, from + begin.length)}\n${lines.join('\n')}\n${text.slice(to)}`)
}
