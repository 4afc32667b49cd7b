import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'vitest'
import { builtCommand, outputOf, root } from '../../test/builtCommand.js'

export const oracleFolder = join(root, 'models/oracles/bert-relu')

const command = builtCommand('cli')
/** For the files of the tests. */
export const { folder } = command
/** A tiny model, converted. */
export const model = join(folder, 'model')

/** Builds the command as it is shipped, and a model for it, before the tests of the file that calls this. */
export function buildCommand(): void {
  command.build(async () => {
    const converted = await cli(['convert', oracleFolder, '--out', model, '--dtype', 'fp32'])
    expect(converted).toMatchObject({ code: 0 })
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
  const child = spawn(process.execPath, [command.main, ...args], { env })
  const output = outputOf(child)
  // The command may end before it has read everything: then writing fails, as expected.
  child.stdin.on('error', () => {})
  return { child, outcome: once(child, 'close').then(([code]) => ({ code, ...output })) }
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
