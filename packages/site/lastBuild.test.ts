import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishedFolder, serveSearch } from './lastBuild.js'

let root = ''
let server: Server

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'last-build-'))
  await mkdir(join(publishedFolder(root), 'search'), { recursive: true })
  await writeFile(join(publishedFolder(root), 'search/index.json'), '{}')
  await writeFile(join(root, 'node_modules/secret.txt'), 'secret')
  const handle = serveSearch(root, '/docs/')
  server = createServer((request, response) => {
    // As Connect does.
    try {
      handle(request, response, () => void response.writeHead(404).end())
    } catch {
      response.writeHead(500).end()
    }
  }).listen(0)
})
afterAll(async () => {
  server.close()
  await rm(root, { recursive: true })
})

/** `fetch` would change some of these addresses. */
function statusOf(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, 'localhost', () =>
      socket.write(`GET ${address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    )
    let answer = ''
    socket.setEncoding('latin1').on('data', text => {
      answer += text
    })
    socket.on('error', reject).on('end', () => resolve(Number(answer.split(' ')[1])))
  })
}

test.each([
  ['/docs/mvp-rerank/search/index.json', 200],
  ['/docs/mvp-rerank/search/', 404],
  ['/docs/mvp-rerank/none.js', 404],
  ['/docs/mvp-rerank/%2e%2e/%2e%2e/secret.txt', 404],
  ['/docs/mvp-rerank/..%2f..%2fsecret.txt', 404],
  ['/docs/%', 404],
  ['/%E0%A4%A', 404],
  ['//', 404],
  ['/docs/mvp-rerank/%00', 404],
  [`/docs/mvp-rerank/${'a'.repeat(300)}`, 404],
])('%s is answered with %d', async (address, status) => {
  expect(await statusOf(address)).toBe(status)
})
