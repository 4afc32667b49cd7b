import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { userEnvironment } from '../support/scratchProject.js'
import { startServer } from '../support/server.js'

/** Frameworks report their use unless told otherwise, and some wait for answers of a user. */
const QUIET = {
  CI: 'true',
  NO_COLOR: '1',
  ASTRO_TELEMETRY_DISABLED: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  NUXT_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
}

/** Astro takes 35 seconds on two free cores, and several minutes on two that others use. */
const STARTING = 300_000

export interface HostServer {
  origin: string
  close(): Promise<void>
}

/** The environment of a host's commands. @param node the folder of the Node that they run in */
export function environment(folder: string, node?: string): NodeJS.ProcessEnv {
  const inherited = userEnvironment()
  const path = [...(node ? [node] : []), join(folder, 'node_modules/.bin'), inherited.PATH].join(delimiter)
  return { ...inherited, ...QUIET, PATH: path }
}

/** @throws what the command printed, if it fails */
export function runCommand(command: string, folder: string, env: NodeJS.ProcessEnv): void {
  try {
    execFileSync('sh', ['-c', command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer }
    throw new Error(`${command} failed:\n${stdout}\n${stderr}`)
  }
}

/** Starts a server by a command in which `{port}` stands for its port. */
export async function serveByCommand(command: string, folder: string, env: NodeJS.ProcessEnv): Promise<HostServer> {
  const port = await freePort()
  // A group of its own: what the command started ends with it.
  const child = spawn('sh', ['-c', `exec ${command.replaceAll('{port}', String(port))}`], {
    cwd: folder,
    env,
    detached: true,
    // Some servers end with their input.
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', data => {
      printed += data
    })
  }
  const origin = `http://localhost:${port}`
  try {
    await answering(origin, child)
  } catch (error) {
    await end(child)
    throw new Error(`${command}: ${(error as Error).message}\n${printed}`)
  }
  return { origin, close: () => end(child) }
}

export async function serveFolder(folder: string): Promise<HostServer> {
  return startServer({ roots: [{ prefix: '/', folder }] })
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (const start = Date.now(); Date.now() - start < STARTING; await sleep(200)) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => undefined)
    // A site in a folder answers its root with 404.
    if (answer) return
  }
  throw new Error('its server does not answer')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGTERM')
  const late = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 5000)
  await ended
  clearTimeout(late)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
