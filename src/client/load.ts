import type { Connection } from './connection.js'
import { Link, type Loaded } from './link.js'
import { LocalReranker } from './reranker.js'
import type { CreateOptions, Reranker } from './types.js'

const CACHE_BYTES = 64 * 1024 * 1024

/**
 * Loads a model and keeps it alive.
 * @param connect makes a fresh service; called again when one has died
 */
export async function createFrom(connect: () => Connection, model: string, options: CreateOptions): Promise<Reranker> {
  const { signal, ...later } = options
  signal?.throwIfAborted()
  let first = true
  const open = (device?: 'wasm') => {
    // The caller's signal is about the first load, not about a recovery much later.
    const asked = first ? options : later
    first = false
    return load(connect(), model, device ? { ...asked, device } : asked)
  }
  return new LocalReranker(await Link.start(open, status => options.onStatus?.(status)))
}

/** Loads the model on the other side; closes the connection if that fails or is aborted. */
async function load(connection: Connection, model: string, options: CreateOptions): Promise<Loaded> {
  const { signal, onProgress = () => {}, onStatus = () => {} } = options
  const ifWanted =
    <T>(callback: (value: T) => void) =>
    (value: T) => {
      if (!signal?.aborted) callback(value)
    }
  let settle = () => {}
  const ended = new Promise<never>((_, reject) => {
    const stop = () => reject(signal?.reason)
    const unsubscribe = connection.onDeath(reject)
    signal?.addEventListener('abort', stop, { once: true })
    settle = () => {
      unsubscribe()
      signal?.removeEventListener('abort', stop)
    }
  })
  try {
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
    return { connection, info: await Promise.race([loading, ended]) }
  } catch (error) {
    await connection.close()
    throw error
  } finally {
    settle()
  }
}
