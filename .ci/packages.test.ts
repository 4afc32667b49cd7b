import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { missingPackages } from './packages.mjs'

it('an installation that npm left incomplete is recognized', () => {
  const folder = mkdtempSync(join(tmpdir(), 'packages-'))
  try {
    expect(missingPackages(folder)).toEqual([])
    const packages = {
      '': {},
      'node_modules/a': {},
      'node_modules/a/node_modules/b': {},
      'node_modules/c': { optional: true },
    }
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
    mkdirSync(join(folder, 'node_modules/a'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/a/package.json'), '{}')
    expect(missingPackages(folder)).toEqual(['node_modules/a/node_modules/b'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
