/**
 * Runs one suite, step by step, and counts: `node .ci/test.mjs` the fast one (npm test), `node .ci/test.mjs full` the
 * long one. A step that fails does not keep the later ones from running. The counts go to .cache/reports/<suite>.json
 * too.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const full = process.argv[2] === 'full'
const reports = join(root, '.cache/reports')
const suite = full ? 'full' : 'fast'
const pytestReport = join(reports, `${suite}-pytest.xml`)
mkdirSync(reports, { recursive: true })

const bin = (path, ...args) => [process.execPath, join(root, 'node_modules', path), ...args]
const vite = mode => bin('vite/bin/vite.js', 'build', '--logLevel', 'warn', ...(mode ? ['--mode', mode] : []))
const types = project => bin('typescript/bin/tsc', '-p', project)

const builds = [
  { name: 'build of the demo', command: vite() },
  { name: 'build of the library', command: vite('library') },
  { name: 'build of the element', command: vite('element') },
  { name: 'build for services', command: vite('remote') },
  { name: 'build of the worker', command: vite('worker') },
  { name: 'build of the search worker', command: vite('search') },
  { name: 'build for Node', command: vite('node') },
  { name: 'type declarations', command: types('tsconfig.types.json') },
]

const steps = full
  ? [
      ...builds,
      { name: 'long unit tests', command: vitest('--mode', 'full'), count: countVitest },
      { name: 'long tests in the browser', command: playwright('visual', 'full'), count: countPlaywright },
      { name: 'costs, measured', command: bench('load', 'stack'), env: { BENCH_SHORT: '1' } },
      { name: 'scores on a Ray cluster', command: python('cluster'), count: countPytest },
      { name: 'training, in small', command: ['bash', join(root, 'models/train/smoke/ci.sh')] },
    ]
  : [
      { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
      { name: 'import rules', command: ['npm', 'run', '--silent', 'check:imports'] },
      { name: 'lint and format', command: bin('@biomejs/biome/bin/biome', 'check', '.') },
      { name: 'lint and format of Python', command: python('lint') },
      { name: 'unit tests of training', command: python('test'), count: countPytest },
      ...builds,
      { name: 'sizes', command: [process.execPath, join(root, '.ci/sizes.mjs')] },
      { name: 'unit tests', command: vitest(), count: countVitest },
      { name: 'tests in the browser', command: playwright('wasm', 'webgpu'), count: countPlaywright },
    ]

function vitest(...args) {
  const report = join(reports, `${suite}-vitest.json`)
  return bin(
    'vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  )
}

function playwright(...projects) {
  return bin('playwright/cli.js', 'test', '--pass-with-no-tests', ...projects.map(name => `--project=${name}`))
}

function python(check) {
  return [process.execPath, join(root, '.ci/python.mjs'), check, pytestReport]
}

/** Figures without a verdict: how long something takes says as much about the machine as about the code. */
function bench(...names) {
  return bin('playwright/cli.js', 'test', '-c', 'bench', ...names.map(name => `${name}.bench`))
}

function countVitest() {
  const { numPassedTests, numFailedTests, testResults } = readReport('vitest')
  // A file that cannot even be loaded has no tests to fail.
  const broken = testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0).length
  return { passed: numPassedTests, failed: numFailedTests + broken }
}

function countPlaywright() {
  const { stats, errors } = readReport('playwright')
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped }
}

function countPytest() {
  const suite = /<testsuite [^>]*>/.exec(readFileSync(pytestReport, 'utf8'))[0]
  const count = name => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)[1])
  const failed = count('failures') + count('errors')
  return { passed: count('tests') - count('skipped') - failed, failed }
}

function readReport(tool) {
  return JSON.parse(readFileSync(join(reports, `${suite}-${tool}.json`), 'utf8'))
}

for (const tool of ['vitest', 'playwright']) rmSync(join(reports, `${suite}-${tool}.json`), { force: true })
rmSync(pytestReport, { force: true })
const totals = { passed: 0, failed: 0 }
const lines = []
for (const { name, command, count, env } of steps) {
  console.log(`\n=== ${name}`)
  const begin = Date.now()
  const { status } = spawnSync(command[0], command.slice(1), {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, E2E_REPORT: join(reports, `${suite}-playwright.json`) },
  })
  const result = countStep(status, count)
  totals.passed += result.passed
  totals.failed += result.failed
  const verdict = result.failed ? `${result.failed} FAILED` : result.skipped ? `${result.skipped} NOT RUN` : 'ok'
  lines.push(
    `${name.padEnd(28)}${String(result.passed).padStart(6)} passed  ${verdict.padEnd(12)}${((Date.now() - begin) / 1000).toFixed(0).padStart(5)} s`,
  )
}

/**
 * A step counts as one test unless its tool wrote a report; an exit code that the report does not explain is a failure.
 */
function countStep(status, count) {
  if (!count) return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  let result = { passed: 0, failed: 0 }
  try {
    result = count()
  } catch (error) {
    console.error(`No report: ${error.message}`)
  }
  return status !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result
}

writeFileSync(join(reports, `${suite}.json`), `${JSON.stringify(totals)}\n`)
console.log(`\n${lines.join('\n')}\n\n${suite} suite: ${totals.passed} passed, ${totals.failed} failed`)
process.exit(totals.failed ? 1 : 0)
