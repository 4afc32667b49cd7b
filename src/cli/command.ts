import { parseArgs } from 'node:util'
import { RerankError } from '../api/errors.js'

/** 0: all went well. 1: it ran, but something failed. 2: it was called wrongly. 130: interrupted, as shells have it. */
export type ExitCode = 0 | 1 | 2 | 130

export interface OptionSpec {
  type: 'string' | 'boolean'
  /** How the help names the value, such as `<folder>`; its type, for strings. */
  value?: string
  /** What holds if the option is left out, for the help. */
  default?: string
  about: string
}

export type OptionSpecs = Record<string, OptionSpec>

export type OptionValues<S extends OptionSpecs> = {
  [Name in keyof S]?: S[Name]['type'] extends 'boolean' ? boolean : string
}

/** What a command has of the outside world besides its arguments. */
export interface CommandContext {
  /** Aborted by an interrupt (Ctrl-C). */
  signal: AbortSignal
}

export interface Command<S extends OptionSpecs = OptionSpecs> {
  name: string
  /** One line for the list of commands. */
  summary: string
  /** What follows the command's name. */
  usage: string
  options: S
  /** How many arguments it takes besides options. @default none */
  positionals?: { least: number; most: number }
  /** Formats, exit codes and whatever else a user needs, after the options. */
  details: string
  examples: string[]
  /** @param positionals the arguments that are no options, as many as `positionals` allows */
  run(values: OptionValues<S>, context: CommandContext, positionals: string[]): Promise<ExitCode>
}

/** @throws RerankError bad-usage for options that the command does not have, and too many or too few other arguments */
export function parseOptions<S extends OptionSpecs>(
  command: Command<S>,
  argv: string[],
): { values: OptionValues<S>; positionals: string[] } {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]))
  const { least, most } = command.positionals ?? { least: 0, most: 0 }
  try {
    const { values, positionals } = parseArgs({ args: argv, options, strict: true, allowPositionals: most > 0 })
    if (positionals.length < least || positionals.length > most) {
      throw new Error(`it takes ${least} to ${most} arguments, not ${positionals.length}`)
    }
    return { values: values as OptionValues<S>, positionals }
  } catch (cause) {
    throw usageError((cause as Error).message, command.name, cause)
  }
}

export function usageError(message: string, command: string, cause?: unknown): RerankError {
  return new RerankError('bad-usage', message, { cause, remedy: `See \`mvp-rerank ${command} --help\`.` })
}

export function renderHelp({ name, summary, usage, options, details, examples }: Command): string {
  const rows = Object.entries(options).map(([option, spec]): [string, string] => {
    const fallback = spec.default === undefined ? '' : ` [default: ${spec.default}]`
    return [`--${option}${spec.value ? ` ${spec.value}` : ''}`, spec.about + fallback]
  })
  const lines = [...rows, ['--help', 'Print this.'] as const].map(([left, right]) => `  ${left.padEnd(26)} ${right}`)
  return [
    `${summary}\n`,
    `Usage: mvp-rerank ${name} ${usage}\n`,
    `Options:\n${lines.join('\n')}\n`,
    `${details.trim()}\n`,
    `Examples:\n${examples.map(example => `  ${example}`).join('\n')}\n`,
  ].join('\n')
}

/** @throws RerankError bad-usage unless the value is a whole number of at least `least` */
export function wholeNumber(command: string, option: string, value: string, least: number): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number) || number < least) {
    throw usageError(`--${option} takes a whole number of at least ${least}, not ${JSON.stringify(value)}`, command)
  }
  return number
}

/** @throws RerankError bad-usage unless the value is among the choices */
export function oneOf<T extends string>(command: string, option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find(candidate => candidate === value)
  if (choice === undefined) {
    throw usageError(`--${option} takes ${choices.join(' | ')}, not ${JSON.stringify(value)}`, command)
  }
  return choice
}
