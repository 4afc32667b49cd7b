import { RerankError } from '../errors.js'
import type { ModelSource } from './source.js'

/** A model folder on a web server. */
export class UrlSource implements ModelSource {
  constructor(readonly name: string) {}

  async read(
    path: string,
    { signal, onBytes, bytes }: { signal?: AbortSignal; onBytes?: (count: number) => void; bytes?: number },
  ): Promise<Uint8Array> {
    const url = new URL(path, this.name).href
    const response = await this.fetch(url, signal)
    const chunks: Uint8Array[] = []
    let size = 0
    try {
      for (const reader = response.body!.getReader(); ; ) {
        const { done, value } = await reader.read()
        if (done) break
        size += value.length
        if (bytes !== undefined && size > bytes) {
          await reader.cancel()
          throw new RerankError('download-failed', `${url} is longer than the ${bytes} bytes that the manifest names.`)
        }
        chunks.push(value)
        onBytes?.(value.length)
      }
    } catch (cause) {
      signal?.throwIfAborted()
      if (cause instanceof RerankError) throw cause
      throw new RerankError('download-failed', `The connection broke after ${size} bytes of ${url}.`, { cause })
    }
    if (bytes !== undefined && size !== bytes) {
      throw new RerankError('download-failed', `${url} has ${size} bytes; the manifest names ${bytes}.`)
    }
    return join(chunks, size)
  }

  private async fetch(url: string, signal?: AbortSignal): Promise<Response> {
    let response: Response
    try {
      response = await fetch(url, signal ? { signal } : {})
    } catch (cause) {
      signal?.throwIfAborted()
      throw new RerankError('download-failed', `${url} could not be fetched.`, { cause })
    }
    if (response.status === 404 || response.status === 410) {
      throw new RerankError('model-not-found', `${url} does not exist (HTTP ${response.status}).`)
    }
    if (!response.ok) throw new RerankError('download-failed', `${url} answered HTTP ${response.status}.`)
    // Single-page servers answer 200 with their page for any path.
    if (response.headers.get('content-type')?.startsWith('text/html')) {
      throw new RerankError('model-not-found', `${url} does not exist: the server answered with an HTML page.`)
    }
    return response
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.length
  }
  return all
}
