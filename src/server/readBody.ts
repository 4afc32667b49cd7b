import type { IncomingMessage } from 'node:http'
import { HttpError } from './httpError.js'

/** @throws HttpError 413, 415 or 400 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const type = request.headers['content-type'] ?? ''
  // This also excludes pages of other sites: browsers send a preflight request for this type.
  if (!/^application\/json\s*(;|$)/i.test(type) || request.headers['content-encoding'] !== undefined) {
    throw new HttpError(415, 'bad-request', 'The body must be application/json, not compressed.')
  }
  const bytes = await readBytes(request, maxBytes)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parser's message would quote the body.
    throw new HttpError(400, 'bad-request', 'The body is not JSON in UTF-8.')
  }
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // The rest of an oversized body is never read, so the connection cannot be reused.
  const tooLarge = () =>
    new HttpError(413, 'too-large', `The body is longer than ${maxBytes} bytes.`, { connection: 'close' })
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let length = 0
    request.on('data', (part: Buffer) => {
      length += part.length
      if (length > maxBytes) {
        request.pause().removeAllListeners('data')
        reject(tooLarge())
      } else parts.push(part)
    })
    request.on('end', () => resolve(Buffer.concat(parts)))
    request.on('error', () => reject(new HttpError(400, 'bad-request', 'The body broke off.')))
  })
}
