import { readFileSync, writeFileSync } from 'node:fs'

const FILE = 'bench/RESULTS.md'

/** Puts a section of results between its markers in bench/RESULTS.md, and prints it. */
export function writeResults(section: string, lines: readonly string[]): void {
  const [begin, end] = [`<!-- ${section} -->`, `<!-- /${section} -->`]
  const text = readFileSync(FILE, 'utf8')
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${FILE} has no markers ${begin} and ${end}`)
  writeFileSync(FILE, `${text.slice(0, from + begin.length)}\n${lines.join('\n')}\n${text.slice(to)}`)
  console.log(lines.join('\n'))
}
