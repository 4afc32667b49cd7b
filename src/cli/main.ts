#!/usr/bin/env node
import { RerankError } from '../api/errors.js'
import { VERSION } from '../api/version.js'
import {
  type Command,
  type CommandContext,
  type ExitCode,
  type OptionSpecs,
  parseOptions,
  renderHelp,
} from './command.js'
import { compareCommand } from './compare.js'
import { copyAssetsCommand } from './copyAssets.js'
import { evalCommand } from './eval.js'
import { OutputClosed, print, printError } from './output.js'
import { rankCommand } from './rank.js'
import { serveCommand } from './serve.js'
import { stressCommand } from './stress.js'

type Run = (argv: string[], context: CommandContext) => Promise<ExitCode>

const commands: Record<string, { summary: string; run: Run }> = {
  convert: {
    summary: 'Turn a checkpoint into a model folder that browsers can load.',
    run: async (argv, context) => (await import('./convert.js')).convertCommand(argv, context),
  },
  index: {
    summary: 'Make the search index of a site, from Markdown or from its built HTML.',
    run: async (argv, context) => (await import('./indexSite.js')).indexCommand(argv, context),
  },
  rank: { summary: rankCommand.summary, run: runner(rankCommand) },
  eval: { summary: evalCommand.summary, run: runner(evalCommand) },
  compare: { summary: compareCommand.summary, run: runner(compareCommand) },
  stress: { summary: stressCommand.summary, run: runner(stressCommand) },
  serve: { summary: serveCommand.summary, run: runner(serveCommand) },
  'copy-assets': { summary: copyAssetsCommand.summary, run: runner(copyAssetsCommand) },
}

function runner<S extends OptionSpecs>(command: Command<S>): Run {
  return async (argv, context) => {
    if (argv.includes('--help') || argv.includes('-h')) {
      await print(renderHelp(command))
      return 0
    }
    const { values, positionals } = parseOptions(command, argv)
    return command.run(values, context, positionals)
  }
}

const HELP = `mvp-rerank ${VERSION}: passage reranking with a quantized MVP model

Usage: mvp-rerank <command> [options]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`)
  .join('\n')}

  mvp-rerank <command> --help   Options, formats and examples of a command.
  mvp-rerank --version          Print the version.

Results go to stdout as JSON, errors and progress to stderr.
Exit code: 0 all went well; 1 something failed; 2 wrong usage; 130 interrupted.
`

async function run(argv: string[], context: CommandContext): Promise<ExitCode> {
  const [name, ...rest] = argv
  if (name === '--help' || name === '-h' || name === 'help') {
    await print(HELP)
    return 0
  }
  if (name === '--version') {
    await print(`${VERSION}\n`)
    return 0
  }
  if (name === undefined || !Object.hasOwn(commands, name)) {
    throw new RerankError(
      'bad-usage',
      name === undefined ? 'a command is missing' : `there is no command ${JSON.stringify(name)}`,
    )
  }
  return commands[name]!.run(rest, context)
}

function exitCodeOf(error: unknown, interrupted: boolean): ExitCode {
  if (interrupted) return 130
  if (error instanceof OutputClosed) return 0
  printError(error)
  return error instanceof RerankError && (error.code === 'bad-usage' || error.code === 'bad-option') ? 2 : 1
}

const interrupt = new AbortController()
// Once: a second Ctrl-C ends the process at once, should the first one not get through.
process.once('SIGINT', () => interrupt.abort())
// print() hears of a closed pipe from its own write; without a listener the stream's event would end the process with a stack trace.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

run(process.argv.slice(2), { signal: interrupt.signal })
  .catch(error => exitCodeOf(error, interrupt.signal.aborted))
  // A runtime's threads or an open stdin must not hold the process back.
  .then(code => process.exit(code))
