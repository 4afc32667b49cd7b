/**
 * Prints the compressed sizes of downloads. Fails if one exceeds .ci/budget.json or differs much from the README.
 * `node .ci/sizes.mjs --write` writes the numbers into the README, between the markers `sizes`.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = join(root, 'README.md')
const marked = /(<!-- sizes -->\n)([\s\S]*?)(<!-- \/sizes -->)/
/** The share by which the README's numbers may differ from the measured ones. */
const DRIFT = 0.05

const budget = JSON.parse(readFileSync(join(root, '.ci/budget.json'), 'utf8'))
const parts = budget.map(part => ({ ...part, ...measure(part) }))

console.log(`${'part'.padEnd(34)}${['raw', 'brotli', 'budget'].map(title => title.padStart(12)).join('')}`)
for (const { name, raw, brotli, limit } of parts) {
  console.log(`${name.padEnd(34)}${[raw, brotli, limit].map(bytes => readable(bytes).padStart(12)).join('')}`)
}

const problems = parts.flatMap(({ name, files, raw, counted, limit, why }) => {
  if (raw === 0) return [`${name}: no files match ${files.join(', ')}; run \`npm run build\` first.`]
  if (counted <= limit) return []
  return [`${name}: ${counted} bytes, over the budget of ${limit}. The budget's reason: ${why}`]
})
if (process.argv.includes('--write')) {
  writeFileSync(readme, readFileSync(readme, 'utf8').replace(marked, `$1${table()}$3`))
} else {
  problems.push(...staleNumbers())
}
for (const problem of problems) console.error(problem)
process.exit(problems.length ? 1 : 0)

/**
 * The size of a part's files together. A part has a budget of compressed bytes, or of raw ones if compression gains
 * nothing.
 */
function measure({ files, brotliBytes, rawBytes }) {
  const contents = files.flatMap(matching).map(path => readFileSync(path))
  const raw = sum(contents.map(bytes => bytes.length))
  if (rawBytes !== undefined) return { raw, brotli: undefined, counted: raw, limit: rawBytes }
  const brotli = sum(contents.map(compressed))
  return { raw, brotli, counted: brotli, limit: brotliBytes }
}

/** @param pattern a path with at most one `*`, in the file's name */
function matching(pattern) {
  const folder = join(root, dirname(pattern))
  const [start, end] = basename(pattern).split('*')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter(name => (end === undefined ? name === start : name.startsWith(start) && name.endsWith(end)))
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile())
}

/** Quality 9 of 11: the last 1 % would take ten times as long. */
function compressed(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}

function readable(bytes) {
  if (bytes === undefined) return '–'
  return bytes < 1e6 ? `${(bytes / 1000).toPrecision(3)} kB` : `${(bytes / 1e6).toFixed(2)} MB`
}

function table() {
  const rows = parts.map(({ name, raw, brotli }) => `| ${name} | ${readable(raw)} | ${readable(brotli)} |`)
  return ['| part | raw | brotli |', '|-|-|-|', ...rows, ''].join('\n')
}

function staleNumbers() {
  const rows = (marked.exec(readFileSync(readme, 'utf8'))?.[2] ?? '').split('\n')
  return parts.flatMap(({ name, counted }) => {
    const numbers = (rows.find(line => line.startsWith(`| ${name} |`)) ?? '').matchAll(/([\d.]+) ([kM]B)/g)
    const stated = [...numbers].map(([, number, unit]) => Number(number) * (unit === 'MB' ? 1e6 : 1e3)).at(-1)
    if (stated !== undefined && Math.abs(stated - counted) <= DRIFT * counted) return []
    return [`README.md does not state the size of "${name}"; run \`node .ci/sizes.mjs --write\`.`]
  })
}
