import { type Connection, LocalReranker } from './reranker.js'
import type { CreateOptions, Reranker } from './types.js'

const CACHE_BYTES = 64 * 1024 * 1024

/** Loads a model on the other side of a connection; closes it if that fails or is aborted. */
export async function load(connection: Connection, model: string, options: CreateOptions): Promise<Reranker> {
  const { signal, onProgress = () => {}, onStatus = () => {} } = options
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
  })
  const ifWanted =
    <T>(callback: (value: T) => void) =>
    (value: T) => {
      if (!signal?.aborted) callback(value)
    }
  try {
    signal?.throwIfAborted()
    const loading = connection.service.load(
      {
        model,
        device: options.device ?? 'auto',
        precision: options.precision ?? 'auto',
        threads: options.threads === undefined || options.threads === 'auto' ? 0 : options.threads,
        ...(options.depth === undefined ? {} : { depth: options.depth }),
        cacheBytes: options.cacheBytes ?? CACHE_BYTES,
      },
      connection.callback(ifWanted(onProgress)),
      connection.callback(ifWanted(onStatus)),
    )
    const info = await Promise.race([loading, aborted, connection.died])
    return new LocalReranker(connection, info)
  } catch (error) {
    await connection.close()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
