import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { createReranker } from '../node.js'
import { logTo } from './log.js'
import { RerankServer } from './server.js'
import { buildServer, children, gauge, longList, main, model, poll, post, serve, startNpx, texts } from './testing.js'

buildServer()

describe('its life', { timeout: 120_000 }, () => {
  test('it listens before the model is loaded, and says that it is not ready', async () => {
    const log: string[] = []
    const server = new RerankServer({
      host: '127.0.0.1',
      port: 0,
      queue: 1,
      maxPassages: 10,
      maxBytes: 1000,
      rank: {},
      log: logTo(line => log.push(line)),
    })
    const url = await server.listen()
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const loading = await fetch(`${url}/ready`)
    expect([loading.status, await loading.json()]).toEqual([503, { status: 'loading' }])
    const early = await post(`${url}/v2/rerank`, { query: 'q', documents: ['a'] })
    expect([early.status, early.headers.get('retry-after'), (await early.json()).code]).toEqual([503, '1', 'loading'])
    server.serve(await createReranker({ model, device: 'wasm' }), text => text)
    const ready = await fetch(`${url}/ready`)
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
    expect((await post(`${url}/v2/rerank`, { query: 'q', documents: ['a'] })).status).toBe(200)
    await server.stop(1000)
    expect(log.map(line => JSON.parse(line).status)).toEqual([503, 200])
  })

  test('told to stop, it answers what it took, takes no more, and ends', async () => {
    const { url, child, ended, log } = await serve(['--max-passages', '5000'])
    const running = post(`${url}/rerank`, { query: 'q', texts: longList.slice(0, 800) })
    await poll(() => gauge(url, 'running')).toBe(1)
    const waiting = post(`${url}/rerank`, { query: 'q', texts })
    await poll(() => gauge(url, 'waiting')).toBe(1)
    child.kill('SIGTERM')
    await poll(() => log().at(-1)!.event).toBe('stopping')
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    const answers = await Promise.all([running, waiting])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await answers[0]!.json()).toHaveLength(800)
    expect(await ended).toBe(0)
    expect(log().at(-1)!.event).toBe('stopped')
  })

  test('what is not done when the time is up is broken off', async () => {
    const { url, child, ended } = await serve(['--grace', '0', '--max-passages', '5000'])
    const running = post(`${url}/rerank`, { query: 'q', texts: longList })
    await poll(() => gauge(url, 'running')).toBe(1)
    child.kill('SIGINT')
    const answer = await running
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'stopping', error_type: 'Unhealthy' }])
    expect(await ended).toBe(130)
  })

  test('told to stop while it loads, it ends', async () => {
    const { child, ended } = await serve([], {}, 'listening')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  test('told to stop through npx, it ends', async () => {
    const { url, child, ended, log } = await serve([], {}, 'ready', startNpx)
    try {
      child.kill('SIGTERM')
      await poll(() => log().at(-1)!.event).toBe('stopped')
      await ended
      await expect(fetch(`${url}/health`)).rejects.toThrow()
    } finally {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // All have ended.
      }
    }
  })

  test('a port that is taken, and a model that is not there, are errors', async () => {
    const { url } = await serve()
    const { port } = new URL(url)
    for (const [args, code] of [
      [['--port', port], /error bad-option: Cannot listen: .*EADDRINUSE/],
      [['--model', 'no-such-model'], /error model-not-found/],
      [['--port', 'http'], /error bad-usage/],
      [['--served-model-name', ''], /error bad-usage/],
    ] as const) {
      const all = [main, 'serve', '--model', model, '--port', '0', ...args]
      const child = spawn(process.execPath, all, { stdio: ['ignore', 'ignore', 'pipe'] })
      children.push(child)
      let err = ''
      child.stderr.on('data', chunk => {
        err += chunk
      })
      const [exit] = await once(child, 'close')
      expect(err).toMatch(code)
      expect(exit).toBeGreaterThan(0)
    }
  })
})
