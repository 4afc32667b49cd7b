import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { appliesTo, type Faults, parseFaults } from './faults.js'

/** Where a path is looked up, in this order: the built package, converted test models, the built demo, pages for tests. */
const roots: readonly { prefix: string; folder: string }[] = [
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
}

/** A static server with ranges, CORS, cross-origin isolation and, by a prefix of the path, the faults of real networks. */
export async function startServer(): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response).catch(error => {
      if (!response.headersSent) response.writeHead(500)
      response.end(String(error))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { faults, path } = parseFaults(new URL(request.url ?? '/', 'http://localhost').pathname)
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  response.setHeader('Cache-Control', 'no-cache')
  if (!faults.bare) {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  }
  const active = appliesTo(faults, path) ? faults : {}
  if (active.status) {
    response.writeHead(active.status).end()
    return
  }
  const file = await find(path.endsWith('/') ? `${path}index.html` : path)
  if (!file) {
    response.writeHead(404).end()
    return
  }
  response.setHeader('Content-Type', types[extname(file.name)] ?? 'application/octet-stream')
  response.setHeader('ETag', `"${file.size}-${file.modified}"`)
  const range = active.norange ? null : parseRange(request.headers.range, file.size)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${file.size}` }).end()
    return
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 }
  if (!active.norange) response.setHeader('Accept-Ranges', 'bytes')
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${file.size}`)
  response.setHeader('Content-Length', end - start + 1)
  response.writeHead(range ? 206 : 200)
  if (request.method === 'HEAD' || file.size === 0) response.end()
  else await send(response, file.name, start, end, active)
}

async function send(response: ServerResponse, name: string, start: number, end: number, faults: Faults): Promise<void> {
  let place = start
  // A small step keeps a throttled answer smooth.
  const step = faults.rate ? Math.max(1, Math.min(65_536, Math.ceil(faults.rate / 20))) : 1 << 20
  for await (const chunk of createReadStream(name, { start, end, highWaterMark: step }) as AsyncIterable<Buffer>) {
    if (response.destroyed) return
    if (faults.flip !== undefined && faults.flip >= place && faults.flip < place + chunk.length) {
      chunk[faults.flip - place]! ^= 1
    }
    if (faults.cut !== undefined && place - start + chunk.length > faults.cut) {
      response.write(chunk.subarray(0, faults.cut - (place - start)), () => response.destroy())
      return
    }
    place += chunk.length
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')])
    if (faults.rate) await sleep((1000 * chunk.length) / faults.rate)
  }
  response.end()
}

function once(response: ServerResponse, event: string): Promise<void> {
  return new Promise(resolve => response.once(event, () => resolve()))
}

async function find(path: string): Promise<{ name: string; size: number; modified: number } | undefined> {
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
