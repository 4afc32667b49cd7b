import type { InferenceSession } from 'onnxruntime-common'
import { deviceError } from '../api/deviceErrors.js'
import type { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import type { OnnxGraph } from '../graph/onnx.js'
import type { Mutex } from '../util/mutex.js'
import type { Session } from './runtime.js'

interface SessionFactory {
  create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>
}

/**
 * Creates a session of a graph. Its weights are external data, so the graph's bytes stay small and no weight is copied
 * twice.
 * @throws RerankError `device-lost`, `out-of-memory`, `runtime-failed`
 */
export async function createSession(
  factory: SessionFactory,
  graph: OnnxGraph,
  options: InferenceSession.SessionOptions,
  mutex: Mutex,
): Promise<Session> {
  const session = await mutex.runExclusive(() => open(factory, graph, options))
  return sessionOf(session, mutex)
}

async function open(
  factory: SessionFactory,
  graph: OnnxGraph,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await factory.create(graph.model, {
      ...options,
      externalData: graph.externalData.map(({ path, data }) => ({ path, data })),
    })
  } catch (cause) {
    throw toTypedError('onnxruntime could not load a graph', cause)
  }
}

/**
 * A separate function, because closures that see the graph would keep a second copy of the weights alive with the
 * session.
 */
function sessionOf(session: InferenceSession, mutex: Mutex): Session {
  return {
    run: (feeds, outputs) =>
      mutex.runExclusive(async () => {
        try {
          return (await session.run(feeds, outputs)) as Awaited<ReturnType<Session['run']>>
        } catch (cause) {
          throw toTypedError('onnxruntime could not run a graph', cause)
        }
      }),
    release: () => mutex.runExclusive(() => session.release()),
  }
}

/**
 * Recognizes the messages of onnxruntime, Emscripten and JavaScript. "offset is out of bounds": an input was copied to
 * memory that could not be allocated.
 */
export function ranOutOfMemory(text: string): boolean {
  return /out of memory|bad_alloc|invalid (typed array|array buffer|array) length|allocation failed|failed to allocate|can't allocate|(offset is|access) out of bounds|Aborted\(OOM/i.test(
    text,
  )
}

/** onnxruntime has no error codes, only messages. */
function toTypedError(what: string, cause: unknown): RerankError {
  const text = cause instanceof Error ? cause.message : String(cause)
  if (/mapasync|map_async|device (was|is) lost|device lost/i.test(text)) {
    return deviceError('device-lost', `${what}: the GPU device was lost (${text}).`, { cause })
  }
  if (ranOutOfMemory(text)) {
    return deviceError('out-of-memory', `${what}: memory ran out (${text}).`, { cause })
  }
  return modelError('runtime-failed', `${what}: ${text}`, { cause })
}
