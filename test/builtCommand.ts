import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll } from 'vitest'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface BuiltCommand {
  /** The module that `node` runs. */
  main: string
  /** For the files of the tests. */
  folder: string
  /**
   * Builds the command as it is shipped, before the tests of the file that calls this; then makes what else they need.
   */
  build(prepare: () => Promise<void>): void
}

/** For tests: where the command will be built. `build` removes both folders after the tests. */
export function builtCommand(name: string): BuiltCommand {
  // Inside the project, so that the bundle finds the packages it leaves out.
  const bundle = mkdtempSync(join(root, `node_modules/.${name}-test-`))
  const folder = mkdtempSync(join(tmpdir(), `mvp-rerank-${name}-`))
  return {
    main: join(bundle, 'cli/main.js'),
    folder,
    build: prepare => {
      beforeAll(async () => {
        await build({ root, mode: 'node', logLevel: 'error', build: { outDir: bundle } })
        await prepare()
      }, 120_000)
      afterAll(() => {
        rmSync(bundle, { recursive: true })
        rmSync(folder, { recursive: true })
      })
    },
  }
}

/** What a process has written so far. */
export function outputOf({ stdout, stderr }: ChildProcess): { out: string; err: string } {
  const output = { out: '', err: '' }
  stdout!.on('data', chunk => {
    output.out += chunk
  })
  stderr!.on('data', chunk => {
    output.err += chunk
  })
  return output
}
