import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Lets pages of other origins read an answer, and answers their preflight requests.
 * @param origins those that may ask; `*`: all
 * @returns whether the request was a preflight, which is answered then
 */
export function allowOrigins(origins: readonly string[], request: IncomingMessage, response: ServerResponse): boolean {
  if (origins.length === 0) return false
  const origin = ['*', request.headers.origin].find(origin => origins.includes(origin!))
  if (origin !== undefined) response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', 'retry-after')
  response.setHeader('vary', 'origin')
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST',
    // Clients add headers of their own, which do no harm.
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? 'authorization, content-type',
    'access-control-max-age': '600',
  })
  response.end()
  return true
}
