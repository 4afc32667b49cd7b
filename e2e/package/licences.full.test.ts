import { readFileSync } from 'node:fs'
import { build, type Rolldown } from 'vite'
import { beforeAll, describe, expect, test } from 'vitest'

/** Of a row of docs/THIRD-PARTY.md: the packages it names, and what it says of their licence. */
interface Row {
  names: string[]
  licence: string
}

const rows: Row[] = readFileSync('docs/THIRD-PARTY.md', 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| ') && !line.startsWith('| package'))
  .map(line => line.split('|').map(cell => cell.trim()))
  .map(([, packages, , licence]) => ({
    names: packages!.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1').match(/(@[\w-]+\/)?[\w.-]+/g)!,
    licence: licence!,
  }))

const MODES = ['production', 'library', 'worker', 'node']

/** Names and licences of the packages whose code a build takes in, or whose files it copies. */
const bundled = new Map<string, Map<string, string>>()

beforeAll(async () => {
  for (const mode of MODES) bundled.set(mode, await built(mode))
}, 300_000)

async function built(mode: string): Promise<Map<string, string>> {
  const result = (await build({ mode, logLevel: 'silent', build: { write: false } })) as Rolldown.RolldownOutput
  const packages = new Map<string, string>()
  for (const item of [result].flat().flatMap(({ output }) => output)) {
    // Copied as they are, with no module to tell where from.
    if (item.fileName.includes('ort-wasm')) packages.set(...packageOf('node_modules/onnxruntime-web/'))
    if (item.type !== 'chunk') continue
    for (const [id, { renderedLength }] of Object.entries(item.modules)) {
      if (renderedLength > 0 && id.includes('node_modules/')) packages.set(...packageOf(id))
    }
  }
  return packages
}

function packageOf(id: string): [name: string, licence: string] {
  const folder = /^.*node_modules\/(@[^/]+\/)?[^/]+\//.exec(id.replace(/^\0/, ''))![0]
  const { name, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'))
  return [name, license]
}

const PERMISSIVE = ['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC']

describe.each(MODES)('what the build %s takes in', mode => {
  test('is listed with its licence, which is a permissive one', () => {
    const packages = bundled.get(mode)!
    expect(packages.size).toBeGreaterThan(0)
    for (const [name, licence] of packages) {
      const row = rows.find(({ names }) => names.includes(name))
      expect(row, `${name} is not in docs/THIRD-PARTY.md`).toBeDefined()
      expect(row!.licence, name).toContain(licence)
      expect(PERMISSIVE, name).toContain(licence)
    }
  })
})

test('what is listed is taken in by some build', () => {
  const taken = new Set([...bundled.values()].flatMap(packages => [...packages.keys()]))
  for (const { names } of rows)
    expect(
      names.filter(name => taken.has(name)),
      names.join(),
    ).not.toEqual([])
})

test('the package has no dependencies, and nothing of it runs when it is installed', () => {
  const { dependencies, scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(dependencies).toBeUndefined()
  expect(Object.keys(scripts).filter(name => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([])
  // Nor does anything that the project is built with: npm is told so, for everybody who has a clone.
  expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m)
})
