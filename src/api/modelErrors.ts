import { downloadRemedies } from './downloadErrors.js'
import type { ModelErrorCode } from './errorCodes.js'
import { type RerankError, withRemedies } from './errors.js'

/** Errors of a model's files, its tensors and the devices that run it: raised in the worker and in Node. */
export const modelError = /* @__PURE__ */ withRemedies<ModelErrorCode>({
  // Files
  ...downloadRemedies,
  'model-not-found': 'Check the address. A page needs `npx mvp-rerank copy-assets <folder> --model <name>`.',
  'bad-manifest': 'Convert the checkpoint again with this version of `mvp-rerank convert`.',
  'version-mismatch': 'Convert the checkpoint again, or use the version of mvp-rerank that the manifest was made for.',
  'hash-mismatch': "The file is not the manifest's: upload the whole model folder again, or clear the cache.",
  'bad-weights': 'The weights file is damaged or was made by another tool: convert the checkpoint again.',
  'bad-tokenizer': 'Use the tokenizer.json or spiece.model of the original model.',
  // Tensors, of a model or of a checkpoint
  'missing-tensor': 'The checkpoint is incomplete or is not an MVP model: download it again.',
  'truncated-file': 'The file ends too early: download it again.',
  'bad-header': 'The header of the file does not fit the file: download it again.',
  'bad-offsets': 'Tensors overlap or lie outside of the file: download it again.',
  // Device
  'no-webgpu': "This browser offers no WebGPU adapter: use device 'auto' or 'wasm'.",
  'self-check-failed': 'No device computes this model correctly here: update the browser or the GPU driver.',
  'runtime-failed': "onnxruntime failed: report the cause. Try device 'wasm'.",
})

/** The error of a model's file that does not exist. */
export const modelNotFound = (message: string): RerankError => modelError('model-not-found', message)
