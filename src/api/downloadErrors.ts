import type { DownloadErrorCode } from './errorCodes.js'
import { withRemedies } from './errors.js'

/** Also among the remedies of models. */
export const downloadRemedies: Record<DownloadErrorCode, string> = {
  'download-failed': 'Check the network and the server, then try again.',
}

/** Errors of a request for a file: all that the search worker's bundle needs of those of models. */
export const downloadError = /* @__PURE__ */ withRemedies(downloadRemedies)
