import { raceAbort } from '../util/abort.js'
import { CallbackGate } from './callbackGate.js'
import type { Connection, FailedStart } from './connection.js'

/** A ready service, and the information that it returned. */
export interface Opened<Service, Info> {
  connection: Connection<Service>
  info: Info
}

/**
 * Connects to a service and waits for its first answer. Closes the connection if that fails or is aborted. If the
 * worker fails at its start, tries once more.
 * @param open makes the first call; `whileOpening` wraps its callbacks: they are not called after the answer
 * @throws RerankError, or `signal.reason`
 */
export async function openService<Service, Info>(
  connect: (failed?: FailedStart) => Connection<Service>,
  open: (
    connection: Connection<Service>,
    whileOpening: CallbackGate['whileOpen'],
    failed?: FailedStart,
  ) => Promise<Info>,
  signal: AbortSignal,
  failed?: FailedStart,
): Promise<Opened<Service, Info>> {
  signal.throwIfAborted()
  const connection = connect(failed)
  const gate = new CallbackGate()
  let unsubscribe = () => {}
  let failure: FailedStart | undefined
  try {
    const death = new Promise<never>((_, reject) => {
      unsubscribe = connection.onDeath(reject)
    })
    const opening = open(connection, callback => gate.whileOpen(callback), failed)
    return { connection, info: await raceAbort(Promise.race([opening, death]), signal) }
  } catch (error) {
    await connection.close()
    failure = connection.failedStart?.()
    if (failed || !failure) throw error
  } finally {
    gate.close()
    unsubscribe()
  }
  return openService(connect, open, signal, failure)
}
