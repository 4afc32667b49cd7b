import type { ToolErrorCode } from './errorCodes.js'
import { RerankError, type RerankErrorOptions } from './errors.js'

/** Errors of the converter, the indexer, the evaluation and the command line. */
const remedies: Record<ToolErrorCode, string> = {
  // A checkpoint that is being converted
  'not-a-folder': 'Pass the folder that holds config.json and the weights.',
  'missing-file': 'Download the checkpoint again, with all of its files.',
  'bad-config': 'config.json is damaged or of another model: download it again.',
  'unknown-architecture':
    'Supported are T5 encoder-decoders (MVP), mvp-bert and BertForSequenceClassification with one label.',
  'missing-shard': 'The index names a file that is not there: download all shards.',
  'unsafe-pickle': 'The pickle wants to run code, which is never done: save the model as safetensors.',
  'legacy-pickle': 'Load the file with PyTorch and save it again, best as safetensors.',
  'bad-zip': 'The archive is damaged: download it again.',
  'output-exists': 'Choose another output folder or remove the existing one.',
  // A site that is being indexed
  'nothing-to-index': 'Pass a folder or a glob with Markdown or HTML files in it.',
  // The command line
  'bad-usage': 'See `mvp-rerank --help`.',
  'bad-line': 'Make the line one JSON object as `mvp-rerank rank --help` describes it.',
  'bad-data': 'Make the file one of the formats that `mvp-rerank eval --help` lists.',
}

export function toolError(code: ToolErrorCode, message: string, options: RerankErrorOptions = {}): RerankError {
  return new RerankError(code, message, { ...options, remedy: options.remedy ?? remedies[code] })
}
