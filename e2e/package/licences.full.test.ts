import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { BUILDS, type BundledPackage, bundledPackages, thirdPartyDocument } from '../../build/thirdParty.js'

/** A row of docs/THIRD-PARTY.md. */
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

let packages: BundledPackage[]
beforeAll(async () => {
  packages = await bundledPackages()
}, 300_000)

const PERMISSIVE = ['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC']

const WITHOUT_PACKAGES = ['remote', 'adapters', 'service worker']

describe.each(BUILDS)('what the build %s takes in', name => {
  test('is listed with its licence, which is a permissive one', () => {
    const bundled = packages.filter(({ builds }) => builds.includes(name))
    expect(bundled.length > 0).toBe(!WITHOUT_PACKAGES.includes(name))
    for (const { name, licence } of bundled) {
      const row = rows.find(({ names }) => names.includes(name))
      expect(row, `${name} is not in docs/THIRD-PARTY.md`).toBeDefined()
      expect(row!.licence, name).toContain(licence)
      expect(PERMISSIVE, name).toContain(licence)
    }
  })
})

test('what is listed is taken in by some build', () => {
  const taken = new Set(packages.map(({ name }) => name))
  for (const { names } of rows)
    expect(
      names.filter(name => taken.has(name)),
      names.join(),
    ).not.toEqual([])
})

test('the list is the one that `npm run third-party` writes', async () => {
  await expect(thirdPartyDocument(packages)).toMatchFileSnapshot('../../docs/THIRD-PARTY.md')
})

test('the package has no dependencies, and nothing of it runs when it is installed', () => {
  const { dependencies, scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(dependencies).toBeUndefined()
  expect(Object.keys(scripts).filter(name => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([])
  // Nor does anything that the project is built with: npm is told so, for everybody who has a clone.
  expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m)
})
