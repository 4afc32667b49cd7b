import type { ServiceErrorCode } from './errorCodes.js'
import { RerankError, type RerankErrorOptions } from './errors.js'

/** What can go wrong with a service elsewhere: raised by `mvp-rerank/remote`. */
const remedies: Record<ServiceErrorCode, string> = {
  'service-failed': 'Check the address and the service, or give a fallback.',
  'service-refused': 'Check the key, the address and the request: the service refused it.',
  'bad-answer': 'Check that the service speaks the protocol that was named.',
  'timed-out': 'Allow a longer deadline, send fewer passages, or give a fallback.',
}

export function serviceError(code: ServiceErrorCode, message: string, options: RerankErrorOptions = {}): RerankError {
  return new RerankError(code, message, { ...options, remedy: options.remedy ?? remedies[code] })
}
