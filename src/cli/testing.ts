import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect } from 'vitest'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const oracleFolder = join(root, 'models/oracles/bert-relu')

// Inside the project, so that the bundle finds the packages it leaves out.
const bundle = mkdtempSync(join(root, 'node_modules/.cli-test-'))
/** For the files of the tests. */
export const folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-cli-'))
/** A tiny model, converted. */
export const model = join(folder, 'model')

/** Builds the command as it is shipped, and a model for it, before the tests of the file that calls this. */
export function buildCommand(): void {
  beforeAll(async () => {
    await build({ root, mode: 'node', logLevel: 'error', build: { outDir: bundle } })
    const converted = await cli(['convert', oracleFolder, '--out', model, '--dtype', 'fp32'])
    expect(converted).toMatchObject({ code: 0 })
  }, 120_000)

  afterAll(() => {
    rmSync(bundle, { recursive: true })
    rmSync(folder, { recursive: true })
  })
}

export interface Outcome {
  code: number | null
  out: string
  err: string
}

export function start(
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): { child: ChildProcess; outcome: Promise<Outcome> } {
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, [join(bundle, 'cli/main.js'), ...args], { env })
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => {
    out += chunk
  })
  child.stderr.on('data', chunk => {
    err += chunk
  })
  // The command may end before it has read everything: then writing fails, as expected.
  child.stdin.on('error', () => {})
  return { child, outcome: once(child, 'close').then(([code]) => ({ code, out, err })) }
}

export function cli(
  args: string[],
  input: string | Uint8Array = '',
  environment: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const { child, outcome } = start(args, environment)
  child.stdin!.end(input)
  return outcome
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the command printed, for a test to look at
export function jsonLines(text: string): any[] {
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}
