import type { ServiceErrorCode } from './errorCodes.js'
import { withRemedies } from './errors.js'

/** Errors of a remote service: raised by `mvp-rerank/remote`. */
export const serviceError = /* @__PURE__ */ withRemedies<ServiceErrorCode>({
  'service-failed': 'Check the address and the service, or give a fallback.',
  'service-refused': 'Check the key, the address and the request: the service refused it.',
  'bad-answer': 'Check that the service speaks the protocol that was named.',
  'timed-out': 'Allow a longer deadline, send fewer passages, or give a fallback.',
})
