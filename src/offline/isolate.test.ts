import { expect, it } from 'vitest'
import { isolated, needsIsolation } from './isolate.js'

const to = (destination: RequestDestination) => ({ destination }) as Request

it('is about documents and the scripts of workers alone', () => {
  const all: RequestDestination[] = ['document', 'iframe', 'worker', 'sharedworker', 'script', 'style', 'image', '']
  expect(all.filter(destination => needsIsolation(to(destination), 'require-corp'))).toEqual([
    'document',
    'iframe',
    'worker',
    'sharedworker',
  ])
  expect(all.filter(destination => needsIsolation(to(destination), false))).toEqual([])
})

it('adds what the host does not say, and keeps what it says', async () => {
  const headers = { 'Content-Type': 'text/html', 'Content-Security-Policy': "default-src 'self'" }
  const page = isolated(new Response('page', { status: 203, headers }), 'credentialless')
  expect([page.status, await page.text()]).toEqual([203, 'page'])
  expect(Object.fromEntries(page.headers)).toEqual({
    'content-type': 'text/html',
    'content-security-policy': "default-src 'self'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'credentialless',
  })
  const own = isolated(new Response('', { headers: { 'Cross-Origin-Opener-Policy': 'unsafe-none' } }), 'require-corp')
  expect(own.headers.get('Cross-Origin-Opener-Policy')).toBe('unsafe-none')
})

it('passes on what cannot be read, and answers without a body', () => {
  const error = Response.error()
  expect(isolated(error, 'require-corp')).toBe(error)
  expect(isolated(new Response(null, { status: 304 }), 'require-corp').status).toBe(304)
})
