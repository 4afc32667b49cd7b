import type { RerankError } from '../api/errors.js'
import { toolError } from '../api/toolErrors.js'

/** 0: success. 1: something failed. 2: wrong usage. 130: interrupted, as in shells. */
export type ExitCode = 0 | 1 | 2 | 130

export interface OptionSpec {
  /** The value's name in the help, such as `<folder>`. Absent for a flag, which takes none. */
  value?: string
  /** The default in words, for the help. */
  default?: string
  /** The option may be given several times. */
  repeated?: true
  about: string
}

/** By the option's name on the command line, such as `max-length`. */
export type OptionSpecs = Record<string, OptionSpec>

/** By the option's name in camel case, such as `maxLength`. */
export type OptionValues<S extends OptionSpecs> = {
  [Name in keyof S & string as CamelCase<Name>]?: S[Name] extends { repeated: true }
    ? string[]
    : S[Name] extends { value: string }
      ? string
      : boolean
}

type CamelCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name

/** What a command gets besides its arguments. */
export interface CommandContext {
  /** Aborted by an interrupt (Ctrl-C). */
  signal: AbortSignal
}

/** A command as its module declares it. `commandLine.ts` passes it to commander. */
export interface CommandSpec<S extends OptionSpecs = OptionSpecs> {
  name: string
  /** One line for the list of commands. */
  summary: string
  /** The text after the command's name. */
  usage: string
  /** In commander's notation: `<required> [optional] <several...>`. @default none */
  arguments?: string
  options: S
  /** Formats, exit codes and notes, printed after the options. */
  details: string
  examples: string[]
  /** @param positionals the arguments beside the options, in order */
  run(values: OptionValues<S>, context: CommandContext, positionals: string[]): Promise<ExitCode>
}

export function usageError(message: string, command: string, cause?: unknown): RerankError {
  return toolError('bad-usage', message, { cause, remedy: `See \`mvp-rerank ${command} --help\`.` })
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
