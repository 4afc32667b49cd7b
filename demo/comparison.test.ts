import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

/** The numbers of each row, in the order of the columns. */
const numbers = (rows: string[]) => rows.map(row => row.match(/(?<![\d.(])\.\d{3}/g))

it('the page compares with the numbers of the README, where their command stands', () => {
  const measured = read('README.md')
    .split('\n')
    .filter(line => line.startsWith('| nDCG@10: '))
    .map(line => line.replace(/\(by words \.\d+\)/, ''))
  const table = read('index.html').match(/<table class="compare">.*?<\/table>/s)![0]
  const rows = table.match(/<th scope="row">.*?<\/tr>/gs)!
  expect(rows.map(row => row.match(/<\/meter>(\.\d{3})/g)!.map(cell => cell.slice(-4)))).toEqual(numbers(measured))
  for (const row of rows)
    for (const [, value, shown] of row.matchAll(/value="(\.\d+)".*?<\/meter>(\.\d+)/g)) expect(shown).toBe(value)
})
