import { modelError } from '../../src/api/modelErrors.js'
import type { CheckpointFolder } from './checkpointFolder.js'

const FILE = 'tokenizer_config.json'

/** The fields of tokenizer_config.json that are read here. An absent field is undefined. */
export interface TokenizerConfig {
  /** The number of sentinels that T5Tokenizer adds to spiece.model. */
  extraIds?: number
  /** Longest input in tokens. Also absent if it is beyond any model's: transformers writes 1e30 for "unknown". */
  maxLength?: number
  lowercase?: boolean
  stripAccents?: boolean
  separateIdeographs?: boolean
  /** The texts of special tokens, by their part: `cls_token`, `sep_token` … */
  tokens: Map<string, string>
}

/** @throws RerankError bad-tokenizer */
export function readTokenizerConfig(folder: CheckpointFolder): TokenizerConfig {
  const json = folder.has(FILE) ? parseObject(folder.read(FILE), FILE) : {}
  const tokens = new Map<string, string>()
  for (const [key, value] of Object.entries(json)) {
    if (!/^[a-z]+_token$/.test(key)) continue
    const text = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value
    if (typeof text === 'string') tokens.set(key, text)
  }
  const { extra_ids: extraIds, model_max_length: longest } = json
  if (extraIds !== undefined && !isCount(extraIds, 0)) throw bad('extra_ids is no number of tokens')
  return {
    tokens,
    ...(extraIds === undefined ? {} : { extraIds }),
    ...(isCount(longest, 1) ? { maxLength: longest } : {}),
    ...flag('lowercase', json.do_lower_case),
    ...flag('stripAccents', json.strip_accents),
    ...flag('separateIdeographs', json.tokenize_chinese_chars),
  }
}

/** @throws RerankError bad-tokenizer */
export function parseObject(bytes: Uint8Array, name: string): Record<string, unknown> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw modelError('bad-tokenizer', `${name} is not JSON`, { cause })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw modelError('bad-tokenizer', `${name} is not a JSON object`)
  }
  return json as Record<string, unknown>
}

const isCount = (value: unknown, least: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= 65536

const flag = <K extends string>(key: K, value: unknown): { [key in K]?: boolean } =>
  typeof value === 'boolean' ? ({ [key]: value } as { [key in K]: boolean }) : {}

const bad = (why: string) => modelError('bad-tokenizer', `${FILE}: ${why}`)
