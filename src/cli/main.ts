#!/usr/bin/env node
import { RerankError } from '../api/errors.js'
import type { ExitCode } from './command.js'
import { runCommandLine } from './commandLine.js'
import { OutputClosed, printError } from './output.js'

function exitCodeOf(error: unknown, interrupted: boolean): ExitCode {
  if (interrupted) return 130
  if (error instanceof OutputClosed) return 0
  printError(error)
  return error instanceof RerankError && (error.code === 'bad-usage' || error.code === 'bad-option') ? 2 : 1
}

const interrupt = new AbortController()
// Once: a second Ctrl-C ends the process immediately if the first one hangs.
process.once('SIGINT', () => interrupt.abort())
// print() detects a closed pipe itself. Without a listener, the stream's event would end the process with a stack
// trace.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

runCommandLine(process.argv.slice(2), { signal: interrupt.signal })
  .catch(error => exitCodeOf(error, interrupt.signal.aborted))
  // Threads of a runtime or an open stdin must not keep the process alive.
  .then(code => process.exit(code))
