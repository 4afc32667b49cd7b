/**
 * Runs one suite step by step and counts its tests: `node .ci/test.mjs` the fast one (npm test), `node .ci/test.mjs
 * full` the long one. After a failed step, the later ones run too. Checks that use one core run beside the builds.
 * The counts also go to .cache/reports/<suite>.json. With `BUILT=1`, the long suite uses what the fast one has built.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

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
  { name: 'build of the adapters', command: vite('adapters') },
  { name: 'build of the worker', command: vite('worker') },
  { name: 'build of the kernels worker', command: vite('kernels') },
  { name: 'build of the search worker', command: vite('search') },
  { name: 'build for Node', command: vite('node') },
  { name: 'type declarations', command: types('tsconfig.types.json') },
  { name: 'build of the MCP server', command: types('packages/mcp') },
  { name: 'packages of the weights', command: [process.execPath, join(root, 'packages/copyWeights.mjs')] },
]

const checks = [
  { name: 'lint and format', command: bin('@biomejs/biome/bin/biome', 'check', '.') },
  { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
  { name: 'import rules', command: ['npm', 'run', '--silent', 'check:imports'] },
  { name: 'lint and format of Python', command: python('lint') },
  { name: 'unit tests of training', command: python('test'), count: countPytest },
]

/** Lists of steps that run side by side, before the others. */
const lanes = full ? [process.env.BUILT ? [] : builds] : [builds, checks]

const steps = full
  ? [
      { name: 'documentation site', command: [process.execPath, join(root, 'docs-site/build.mjs')] },
      { name: 'long unit tests', command: vitest('--mode', 'full'), count: countVitest, failures: failedOfVitest },
      {
        name: 'long tests in the browser',
        command: playwright('visual', 'webgpu-long', 'full'),
        count: countPlaywright,
        failures: failedOfPlaywright,
      },
      { name: 'costs, measured', command: bench('load', 'stack'), env: { BENCH_SHORT: '1' } },
      { name: 'scores on a Ray cluster', command: python('cluster'), count: countPytest },
      { name: 'training, in small', command: ['bash', join(root, 'models/train/smoke/ci.sh')] },
    ]
  : [
      { name: 'sizes', command: [process.execPath, join(root, '.ci/sizes.mjs')] },
      { name: 'unit tests', command: vitest(), count: countVitest, failures: failedOfVitest },
      {
        name: 'tests in the browser',
        command: playwright('wasm', 'webgpu'),
        count: countPlaywright,
        failures: failedOfPlaywright,
      },
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

/** Measurements without a verdict: times depend on the machine as much as on the code. */
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
  const failed = stats.unexpected + errors.length
  return { passed: stats.expected + stats.flaky, failed, skipped: stats.skipped, flaky: stats.flaky }
}

/**
 * The failed tests and the first lines of their errors. They are printed last, because only the end of the output may
 * be kept.
 */
function failedOfVitest() {
  return readReport('vitest').testResults.flatMap(({ name, message, status, assertionResults }) => {
    const failed = assertionResults.filter(test => test.status === 'failed')
    if (status === 'failed' && assertionResults.length === 0) return [`${relative(root, name)}\n${firstLines(message)}`]
    return failed.map(
      test => `${relative(root, name)} > ${test.fullName}\n${firstLines(test.failureMessages.join('\n'))}`,
    )
  })
}

function failedOfPlaywright() {
  const failedIn = ({ suites = [], specs = [] }) => [
    ...suites.flatMap(failedIn),
    ...specs
      .filter(spec => !spec.ok)
      .map(({ file, line, title, tests }) => {
        const errors = tests.flatMap(test => test.results.flatMap(result => result.errors.map(error => error.message)))
        return `${file}:${line} > ${title}\n${firstLines(errors.join('\n'))}`
      }),
  ]
  const { suites, errors } = readReport('playwright')
  return [...suites.flatMap(failedIn), ...errors.map(error => firstLines(error.message))]
}

function firstLines(message = '') {
  const lines = stripVTControlCharacters(message).split('\n').filter(Boolean).slice(0, 12)
  return lines.map(line => `    ${line.slice(0, 240)}`).join('\n')
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
const failures = []
await Promise.all(lanes.map(lane => runAll(lane, true)))
await runAll(steps, false)

/** @param held whether a step's output is printed when it ends, because other steps run beside it */
async function runAll(steps, held) {
  for (const { name, command, count, failures: listFailures, env } of steps) {
    const title = `\n=== ${name}`
    if (!held) console.log(title)
    const begin = Date.now()
    const { status, output } = await run(command, env, held)
    if (held) console.log(title + output)
    const result = countStep(status, count)
    totals.passed += result.passed
    totals.failed += result.failed
    if (result.failed) failures.push(`${name}:`, ...list(listFailures))
    const seconds = ((Date.now() - begin) / 1000).toFixed(0)
    const passed = String(result.passed).padStart(6)
    lines.push(`${name.padEnd(28)}${passed} passed  ${verdictOf(result).padEnd(12)}${seconds.padStart(5)} s`)
  }
}

function run([file, ...args], env, held) {
  const stdio = held ? 'pipe' : 'inherit'
  const child = spawn(file, args, {
    cwd: root,
    stdio: ['ignore', stdio, stdio],
    env: { ...process.env, ...env, E2E_REPORT: join(reports, `${suite}-playwright.json`) },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  return new Promise(resolve => {
    child.on('error', error => resolve({ status: 1, output: `\n${error.message}` }))
    child.on('close', status => resolve({ status, output: `\n${output.trimEnd()}` }))
  })
}

function verdictOf({ failed, skipped, flaky }) {
  if (failed) return `${failed} FAILED`
  const notes = [...(skipped ? [`${skipped} NOT RUN`] : []), ...(flaky ? [`${flaky} at a 2nd try`] : [])]
  return notes.join(', ') || 'ok'
}

/**
 * A step counts as one test unless its tool wrote a report. An exit code that the report does not explain is a failure.
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

function list(listFailures) {
  try {
    return (listFailures?.() ?? []).map(failure => `  ${failure}`)
  } catch {
    return [] // A step that wrote no report has said why above.
  }
}

if (failures.length) console.log(`\nFailed:\n${failures.join('\n')}`)
writeFileSync(join(reports, `${suite}.json`), `${JSON.stringify(totals)}\n`)
console.log(`\n${lines.join('\n')}\n\n${suite} suite: ${totals.passed} passed, ${totals.failed} failed`)
process.exit(totals.failed ? 1 : 0)
