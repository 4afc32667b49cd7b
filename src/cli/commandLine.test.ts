import { expect, it } from 'vitest'
import { runCommandLine } from './commandLine.js'

const run = (...argv: string[]) => runCommandLine(argv, { signal: new AbortController().signal })

it.each([
  [['rnak'], "unknown command 'rnak' (Did you mean rank?)", 'mvp-rerank --help'],
  [['--verison'], "unknown option '--verison' (Did you mean --version?)", 'mvp-rerank --help'],
  [['rank', '--dept', '4'], "unknown option '--dept' (Did you mean --depth?)", 'mvp-rerank rank --help'],
  [['eval', '--perquery', 'x'], "unknown option '--perquery' (Did you mean --per-query?)", 'mvp-rerank eval --help'],
  [['rank', '--model'], "option '--model <folder|name>' argument missing", 'mvp-rerank rank --help'],
  [['rank', 'in.jsonl'], "too many arguments for 'rank'. Expected 0 arguments but got 1.", 'mvp-rerank rank --help'],
  [['convert', '--out', 'x'], "missing required argument 'checkpoint'", 'mvp-rerank convert --help'],
])('answers %j with what is wrong, the nearest right name and a remedy', async (argv, message, help) => {
  await expect(run(...argv)).rejects.toMatchObject({ code: 'bad-usage', message })
  // The remedy of an error without a command is that of its code.
  const { remedy } = await run(...argv).catch(error => error)
  expect(remedy === '' ? 'See `mvp-rerank --help`.' : remedy).toBe(`See \`${help}\`.`)
})
