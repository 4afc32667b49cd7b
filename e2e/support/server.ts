import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { appliesTo, type Faults, parseFaults } from './faults.js'

export interface Root {
  prefix: string
  folder: string
}

export interface ServerOptions {
  /** The folders in which a path is looked up, in this order. */
  roots?: readonly Root[]
  /** Added to the answer, as a host's own configuration would. */
  headers?: (path: string) => Record<string, string>
  /** The port to listen on, as after a restart. @default any free port */
  port?: number
  /** Send no headers for cross-origin isolation. */
  bare?: boolean
}

/** The built package, converted test models, the built demo, pages for tests. */
export const usual: readonly Root[] = [
  { prefix: '/dist/', folder: 'dist' },
  { prefix: '/models/', folder: '.cache/e2e/models' },
  { prefix: '/', folder: 'dist-site' },
  { prefix: '/', folder: 'e2e/pages' },
]

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

export interface LoggedRequest {
  /** Without the part that requests faults. */
  path: string
  range: string | undefined
  status: number
  /** Bytes of the file that were sent. */
  sent: number
  /** The body of a POST request. */
  body?: string
}

export interface TestServer {
  origin: string
  /** The requests so far, in order. */
  requests: LoggedRequest[]
  close(): Promise<void>
}

/** The origins of all servers that tests have started. */
export const testOrigins = new Set<string>()

/**
 * A static server with ranges, CORS and cross-origin isolation. A prefix of the path adds the faults of real networks.
 */
export async function startServer({
  roots = usual,
  headers,
  port = 0,
  bare = false,
}: ServerOptions = {}): Promise<TestServer> {
  const requests: LoggedRequest[] = []
  const met = new Map<string, number>()
  const server = createServer((request, response) => {
    const { faults, path } = parseFaults(new URL(request.url ?? '/', 'http://localhost').pathname)
    const times = (met.get(request.url!) ?? 0) + 1
    met.set(request.url!, times)
    const due = times > (faults.after ?? 0) && times <= (faults.times ?? Infinity)
    const active = due && appliesTo(faults, path) ? faults : {}
    const log: LoggedRequest = { path, range: request.headers.range, status: 0, sent: 0 }
    requests.push(log)
    if (request.method === 'POST') void text(request).then(body => Object.assign(log, { body }))
    for (const [name, value] of Object.entries(headers?.(path) ?? {})) response.setHeader(name, value)
    answer(request, response, roots, path, { ...active, bare: faults.bare ?? bare }, log).catch(error => {
      if (!response.headersSent) response.writeHead(500)
      response.end(String(error))
    })
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  testOrigins.add(origin)
  return {
    origin,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  roots: readonly Root[],
  path: string,
  faults: Faults,
  log: LoggedRequest,
): Promise<void> {
  response.once('close', () => {
    log.status = response.statusCode
  })
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-cache')
  if (!faults.bare) {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  }
  if (faults.status) {
    response.writeHead(faults.status).end()
    return
  }
  if (faults.html) {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<!doctype html><title>Welcome</title>')
    return
  }
  const file = await find(roots, path.endsWith('/') ? `${path}index.html` : path)
  if (!file) {
    response.writeHead(404).end()
    return
  }
  response.setHeader('Content-Type', types[extname(file.name)] ?? 'application/octet-stream')
  response.setHeader('ETag', `"${file.size}-${file.modified}"`)
  if (faults.gzip) {
    response.setHeader('Content-Encoding', 'gzip')
    response.end(gzipSync(await readFile(file.name), { level: 1 }))
    log.sent = file.size
    return
  }
  const range = faults.norange ? null : parseRange(request.headers.range, file.size)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${file.size}` }).end()
    return
  }
  const shift = range ? (faults.shift ?? 0) : 0
  const start = (range?.start ?? 0) - shift
  const end = (range?.end ?? file.size - 1) - shift
  if (!faults.norange) response.setHeader('Accept-Ranges', 'bytes')
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${file.size}`)
  response.setHeader('Content-Length', end - start + 1 + (range ? 0 : (faults.lie ?? 0)))
  response.writeHead(range ? 206 : 200)
  if (request.method === 'HEAD' || file.size === 0) response.end()
  else await send(response, file.name, start, end, faults, log)
}

async function send(
  response: ServerResponse,
  name: string,
  start: number,
  end: number,
  faults: Faults,
  log: LoggedRequest,
): Promise<void> {
  // A small step keeps a throttled answer smooth.
  const step = faults.rate ? Math.max(1, Math.min(65_536, Math.ceil(faults.rate / 20))) : 1 << 20
  const bytes = createReadStream(name, { start, end, highWaterMark: step })
  const gone = new Promise<void>(resolve => response.once('close', resolve))
  // The client may leave, and a fault may end the connection.
  await pipeline(bytes, chunks => broken(chunks, start, faults, log, gone), response).catch(() => response.destroy())
}

async function* broken(
  chunks: AsyncIterable<Buffer>,
  start: number,
  { rate, flip, cut, stall }: Faults,
  log: LoggedRequest,
  gone: Promise<void>,
): AsyncGenerator<Buffer> {
  let place = start
  for await (const chunk of chunks) {
    if (flip !== undefined && flip >= place && flip < place + chunk.length) chunk[flip - place]! ^= 1
    if (cut !== undefined && place - start + chunk.length > cut) {
      yield chunk.subarray(0, cut - (place - start))
      log.sent = cut
      // Wait until the written bytes are sent.
      await sleep(50)
      throw new Error('cut')
    }
    if (stall !== undefined && place - start + chunk.length > stall) {
      yield chunk.subarray(0, stall - (place - start))
      log.sent = stall
      await gone
      return
    }
    place += chunk.length
    yield chunk
    log.sent += chunk.length
    if (rate) await sleep((1000 * chunk.length) / rate)
  }
}

async function find(
  roots: readonly Root[],
  path: string,
): Promise<{ name: string; size: number; modified: number } | undefined> {
  const clean = normalize(decodeURIComponent(path))
  for (const { prefix, folder } of roots) {
    if (!clean.startsWith(prefix)) continue
    const name = join(folder, clean.slice(prefix.length))
    const found = await stat(name).catch(() => undefined)
    if (found?.isFile()) return { name, size: found.size, modified: Math.round(found.mtimeMs) }
  }
  return undefined
}

function parseRange(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  return start > end ? 'unsatisfiable' : { start, end }
}
