import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { install, PACKAGES, packedPackage, userEnvironment } from '../support/scratchProject.js'

/** Tools that read a packed package as its users' programs will. */
const TOOLS = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5']

const names = Object.keys(PACKAGES) as (keyof typeof PACKAGES)[]

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-publish-'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "tools", "private": true }')
  install(folder, ['--ignore-scripts', ...TOOLS])
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true }))

function tool(name: string, ...args: string[]) {
  const command = join(folder, 'node_modules/.bin', name)
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  return { status, printed: `${stdout}${stderr}` }
}

test.each(names)('npm has nothing to correct in %s', name => {
  const args = ['publish', '--dry-run', '--ignore-scripts', packedPackage(name)]
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8', env: userEnvironment() })
  const warnings = stderr.split('\n').filter(line => /npm (warn|error)/i.test(line) && !line.includes('logged in'))
  expect({ status, warnings }).toEqual({ status: 0, warnings: [] })
})

test.each(names)('publint finds nothing in %s', name => {
  const { status, printed } = tool('publint', 'run', packedPackage(name), '--strict')
  expect(status, printed).toBe(0)
  expect(printed).toContain('All good!')
})

test('every entry has its types, for bundlers and for Node', () => {
  // The package has no CommonJS.
  const { status, printed } = tool('attw', packedPackage(), '--profile', 'esm-only', '--no-emoji', '--no-color')
  expect(status, printed).toBe(0)
  expect(printed).toContain('"mvp-rerank/ai-sdk"')
})
