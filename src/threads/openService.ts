import { raceAbort } from '../util/abort.js'
import { CallbackGate } from './callbackGate.js'
import type { Connection } from './connection.js'

/** A service that is ready, and what it said of itself. */
export interface Opened<Service, Info> {
  connection: Connection<Service>
  info: Info
}

/**
 * Connects to a service and waits for its first answer. Closes the connection if that fails or is aborted. If the
 * worker's script could not be loaded, tries once more, as a `retry`.
 * @param open makes the first call; `whileOpening` wraps its callbacks: they are not called after the answer
 * @throws RerankError, or `signal.reason`
 */
export async function openService<Service, Info>(
  connect: (retry: boolean) => Connection<Service>,
  open: (connection: Connection<Service>, whileOpening: CallbackGate['whileOpen'], retry: boolean) => Promise<Info>,
  signal: AbortSignal,
  retry = false,
): Promise<Opened<Service, Info>> {
  signal.throwIfAborted()
  const connection = connect(retry)
  const gate = new CallbackGate()
  let unsubscribe = () => {}
  try {
    const death = new Promise<never>((_, reject) => {
      unsubscribe = connection.onDeath(reject)
    })
    const opening = open(connection, callback => gate.whileOpen(callback), retry)
    return { connection, info: await raceAbort(Promise.race([opening, death]), signal) }
  } catch (error) {
    await connection.close()
    if (retry || !connection.notLoaded?.()) throw error
  } finally {
    gate.close()
    unsubscribe()
  }
  return openService(connect, open, signal, true)
}
