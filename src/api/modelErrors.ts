import { downloadRemedies } from './downloadErrors.js'
import type { ModelErrorCode } from './errorCodes.js'
import { withRemedies } from './errors.js'

/** Errors of a model's files, its tensors and the devices that run it: raised in the worker and in Node. */
export const modelError = /* @__PURE__ */ withRemedies<ModelErrorCode>({
  // Files
  ...downloadRemedies,
  'bad-manifest': 'Convert the checkpoint again with this version of `mvp-rerank convert`.',
  'version-mismatch': 'Convert the checkpoint again, or use the version of mvp-rerank that did it.',
  'hash-mismatch': 'Upload the whole model folder again, or clear the cache.',
  'bad-weights': 'Convert the checkpoint again with this version of `mvp-rerank convert`.',
  'bad-tokenizer': 'Use the tokenizer.json or spiece.model of the original model.',
  // Tensors, of a model or of a checkpoint
  'missing-tensor': 'The checkpoint is incomplete: download it again.',
  'truncated-file': 'Download the file again.',
  'bad-header': 'Download the file again.',
  'bad-offsets': 'Download the file again.',
  // Device
  'no-webgpu': "Use device 'auto' or 'wasm'.",
  'self-check-failed': 'Update the GPU driver or the browser.',
  'runtime-failed': "onnxruntime failed: report the cause. Try device 'wasm'.",
})
