import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import { readOracle } from '../../models/oracles/read.js'
import { builtCommand, outputOf } from '../../test/builtCommand.js'
import { convertOracle } from '../../test/convertOracle.js'

const command = builtCommand('serve')
export const { main } = command
/** A tiny model, converted. */
export const model = join(command.folder, 'tiny')
const oracle = readOracle('bert-relu')
/** The longest list of the model's oracle. */
export const list = [...oracle.lists].sort((a, b) => b.passages.length - a.passages.length)[0]!
/** The original's scores of it. */
export const scores = Object.values(list.exits).at(-1)!.scores
export const texts = list.passages.map(passage =>
  typeof passage === 'string' ? passage : `${passage.title} ${passage.text}`,
)
/** Keeps the model busy for seconds, most of it before the first answer. */
export const longList = Array.from({ length: 3000 }, (_, i) => `${i} ${texts[i % texts.length]}`.repeat(8))

/** Ended with the test. */
export const children: ChildProcess[] = []

/** Builds the command as it is shipped, and a model for it, before the tests of the file that calls this. */
export function buildServer(): void {
  command.build(async () => {
    await convertOracle('bert-relu', { out: model, dtype: 'fp32' })
  })

  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  })
}

export interface Serving {
  url: string
  child: ChildProcess
  ended: Promise<number | null>
  /** Lines of the log so far. */
  log(): Record<string, unknown>[]
  text(): string
}

/** Starts the command with these arguments. */
type Start = (args: string[], env: NodeJS.ProcessEnv) => ChildProcess

const startNode: Start = (args, env) => spawn(process.execPath, [main, ...args], { env })

/** As a user starts it who has installed the package in a folder. */
export const startNpx: Start = (args, env) => {
  const bin = join(command.folder, 'node_modules/.bin')
  mkdirSync(bin, { recursive: true })
  chmodSync(main, 0o755)
  rmSync(join(bin, 'mvp-rerank'), { force: true })
  symlinkSync(main, join(bin, 'mvp-rerank'))
  // A group of its own: what npx leaves behind can be ended.
  return spawn('npx', ['--no', 'mvp-rerank', ...args], { env, cwd: command.folder, detached: true })
}

export async function serve(
  args: string[] = [],
  env: Record<string, string> = {},
  until = 'ready',
  start = startNode,
): Promise<Serving> {
  const all = ['serve', '--model', model, '--port', '0', '--device', 'wasm', ...args]
  const child = start(all, { ...process.env, ...env })
  children.push(child)
  const output = outputOf(child)
  const log = () =>
    output.out
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
  await poll(() => log().some(line => line.event === until)).toBe(true)
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { url: log()[0].url, child, ended, log, text: () => output.out + output.err }
}

export const poll = <T>(read: () => T) => expect.poll(read, { timeout: 60_000 })

export const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
  })

export async function gauge(url: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^mvp_rerank_${name} (\\d+)$`, 'm').exec(metrics)![1])
}
