import { Command, CommanderError } from 'commander'
import { toolError } from '../api/toolErrors.js'
import { VERSION } from '../api/version.js'
import {
  type CommandContext,
  type CommandSpec,
  type ExitCode,
  type OptionSpec,
  type OptionSpecs,
  type OptionValues,
  usageError,
} from './command.js'
import { compareCommand } from './compare.js'
import { convertCommand } from './convert.js'
import { copyAssetsCommand } from './copyAssets.js'
import { evalCommand } from './eval.js'
import { fitCommand } from './fit.js'
import { indexCommand } from './indexSite.js'
import { print } from './output.js'
import { rankCommand } from './rank.js'
import { serveCommand } from './serve.js'
import { stressCommand } from './stress.js'

const COMMANDS: CommandSpec[] = [
  convertCommand,
  indexCommand,
  rankCommand,
  evalCommand,
  fitCommand,
  compareCommand,
  stressCommand,
  serveCommand,
  copyAssetsCommand,
]

const NOTES = `
Run mvp-rerank <command> --help for a command's options, formats and examples.

Results go to stdout as JSON, errors and progress to stderr.
Exit code: 0 success; 1 failure; 2 wrong usage; 130 interrupted.`

/** Runs the command that the arguments name, or prints the help or the version. @throws RerankError `bad-usage` */
export async function runCommandLine(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  let printed = ''
  let exitCode: ExitCode = 0
  const program = new Command('mvp-rerank')
    .description(`mvp-rerank ${VERSION}: passage reranking with a quantized MVP model`)
    .usage('<command> [options]')
    .version(VERSION, '--version', 'Print the version.')
    .helpOption('-h, --help', 'Print this.')
    .helpCommand('help [command]', 'Print the help of a command.')
    .addHelpText('after', NOTES)
    .configureHelp({ subcommandTerm: command => command.name() })
    .configureOutput({
      writeOut: text => {
        printed += text
      },
      writeErr: () => {},
    })
    .exitOverride(error => throwUsageError(error))
  for (const spec of COMMANDS) {
    const command = addCommand(program, spec)
    command.action(async () => {
      exitCode = await spec.run(valuesOf(command, spec), context, command.args)
    })
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help or version.
    await print(printed)
  }
  return exitCode
}

function addCommand(program: Command, { name, summary, usage, options, details, examples, ...spec }: CommandSpec) {
  const command = program
    .command(name)
    .description(summary)
    .usage(usage)
    .addHelpText('after', `\n${details.trim()}\n\nExamples:\n${examples.map(example => `  ${example}`).join('\n')}`)
    .exitOverride(error => throwUsageError(error, name))
  if (spec.arguments) command.arguments(spec.arguments)
  for (const [option, { value, about, repeated, default: fallback }] of Object.entries<OptionSpec>(options)) {
    const flags = `--${option}${value === undefined ? '' : ` ${value}`}`
    const text = about + (fallback === undefined ? '' : ` (default: ${fallback})`)
    if (repeated) command.option(flags, text, (next: string, earlier: string[] = []) => [...earlier, next])
    else command.option(flags, text)
  }
  return command
}

/** Commander gives `--no-late` as `late: false`; here it is `noLate: true`, like every other flag. */
function valuesOf(command: Command, { options }: CommandSpec): OptionValues<OptionSpecs> {
  const values = command.opts()
  for (const option of Object.keys(options)) {
    const [, name] = /^no-([a-z]+)$/.exec(option) ?? []
    if (name !== undefined && values[name] === false) values[`no${name[0]!.toUpperCase()}${name.slice(1)}`] = true
  }
  return values
}

/** Turns commander's errors into ours. It ends help and version with an error of exit code 0, which passes. */
function throwUsageError(error: CommanderError, command?: string): never {
  if (error.exitCode === 0) throw error
  // Commander prints its help instead of a message.
  if (error.code === 'commander.help') throw toolError('bad-usage', 'a command is missing')
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
  throw command === undefined ? toolError('bad-usage', message) : usageError(message, command, error)
}
