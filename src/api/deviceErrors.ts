import type { DeviceErrorCode } from './errorCodes.js'
import { withRemedies } from './errors.js'

/** Errors of devices, raised where a model runs. */
export const deviceError = /* @__PURE__ */ withRemedies<DeviceErrorCode>({
  'device-lost': "The GPU was reset or taken away: try again, or use device 'wasm'.",
  'out-of-memory': "Use a smaller model, a quantized one, or device 'wasm'.",
})
