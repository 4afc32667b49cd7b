import type { ToolErrorCode } from './errorCodes.js'
import { withRemedies } from './errors.js'

/** Errors of the command line: converter, indexer, evaluation. */
export const toolError = /* @__PURE__ */ withRemedies<ToolErrorCode>({
  // Conversion
  'not-a-folder': 'Pass the folder that holds config.json and the weights, or a zip or tar archive of it.',
  'missing-file': 'Download the checkpoint again, with all of its files.',
  'bad-config': 'config.json is damaged or of another model: download it again.',
  'unknown-architecture':
    'Supported are T5 encoder-decoders (MVP), mvp-bert, and, of the families BERT, RoBERTa, XLM-R, DistilBERT, MPNet and ModernBERT, cross-encoders with one label, embedders and ColBERTs.',
  'missing-shard': 'The index names a file that is not there: download all shards.',
  'wrong-shape': 'config.json and the weights do not belong together: download both again.',
  'unsupported-dtype': 'Save the checkpoint in float32, float16 or bfloat16.',
  'unsafe-pickle': 'The pickle wants to run code, which is never done: save the model as safetensors.',
  'legacy-pickle': 'Load the file with PyTorch and save it again, best as safetensors.',
  'bad-zip': 'The archive is damaged: download it again.',
  'output-exists': 'Choose another output folder or remove the existing one.',
  // Indexing
  'nothing-to-index': 'Pass a folder or a glob with Markdown or HTML files in it.',
  // Command line
  'bad-usage': 'See `mvp-rerank --help`.',
  'bad-line': 'Make the line one JSON object as `mvp-rerank rank --help` describes it.',
  'bad-data': 'Make the file one of the formats that `mvp-rerank eval --help` lists.',
})
