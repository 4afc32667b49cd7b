import { toolError } from '../../src/api/toolErrors.js'
import { describeValue } from '../../src/util/describeValue.js'
import { type CheckpointFolder, readJson } from './checkpointFolder.js'
import { Config } from './config.js'

const FILE = 'config_sentence_transformers.json'

/** The texts before a text that is read alone. */
export interface AlonePrompts {
  passage: string
  /** By name. `query` is that of queries. */
  named: Record<string, string>
}

export interface PromptOptions {
  queryPrompt?: string | undefined
  passagePrompt?: string | undefined
}

/** The names under which sentence-transformers looks for the prompt of documents, in its order. */
const PASSAGES = ['document', 'passage', 'corpus']

/** @throws RerankError bad-config, unknown-architecture */
export function readAlonePrompts(folder: CheckpointFolder, options: PromptOptions): AlonePrompts {
  const json = readJson(folder, FILE) ?? {}
  const similarity = json.similarity_fn_name
  if (similarity !== undefined && similarity !== null && similarity !== 'cosine' && similarity !== 'dot') {
    if (similarity !== 'MaxSim') throw unknown(`Texts are compared by ${describeValue(similarity)}`)
  }
  const found = new Map<string, string>()
  for (const [name, text] of Object.entries(promptsOf(json))) {
    if (typeof text !== 'string') throw toolError('bad-config', `The prompt ${describeValue(name)} is not a text`)
    if (/\{(query|context)\}/.test(text)) throw unknown(`The prompt ${describeValue(name)} has a placeholder in it`)
    found.set(name, text)
  }
  const byDefault = typeof json.default_prompt_name === 'string' ? found.get(json.default_prompt_name) : undefined
  // Newer versions write an empty prompt beside those that older ones wrote.
  const passageName = PASSAGES.find(name => found.get(name)) ?? PASSAGES.find(name => found.has(name))
  const passage = options.passagePrompt ?? (passageName ? found.get(passageName) : undefined) ?? byDefault ?? ''
  const query = options.queryPrompt ?? found.get('query') ?? byDefault ?? ''
  found.delete('query')
  if (passageName) found.delete(passageName)
  const others = [...found].filter(([name, text]) => /^[\w-]{1,40}$/.test(name) && text !== '')
  return { passage, named: { ...(query === passage ? {} : { query }), ...Object.fromEntries(others) } }
}

function promptsOf({ prompts }: Record<string, unknown>): object {
  if (prompts === undefined || prompts === null) return {}
  if (typeof prompts !== 'object' || Array.isArray(prompts)) {
    throw toolError('bad-config', `prompts in ${FILE} is not an object`)
  }
  return prompts
}

/** Whether vectors that are not scaled to unit length are compared, so that their lengths count. */
export function comparesLengths(folder: CheckpointFolder): boolean {
  return readJson(folder, FILE)?.similarity_fn_name === 'dot'
}

/** The markers and lengths of a ColBERT. */
export interface TokenMarkers {
  query: string
  passage: string
  queryLength: number
  passageLength: number
  /** Whether queries are filled up with mask tokens, and whether others attend to these. */
  expands: boolean
  attended: boolean
  /** Words that are not compared. */
  skipped: string[]
}

const PUNCTUATION = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~']

/**
 * What PyLate, or Stanford's ColBERT, wrote of its markers.
 * @returns undefined if there is neither
 * @throws RerankError bad-config
 */
export function readTokenMarkers(folder: CheckpointFolder): TokenMarkers | undefined {
  const stanford = readJson(folder, 'artifact.metadata')
  if (stanford) {
    const config = new Config(stanford)
    return {
      query: config.text('query_token_id', '[unused0]'),
      passage: config.text('doc_token_id', '[unused1]'),
      queryLength: config.count('query_maxlen', { or: 32 }),
      passageLength: config.count('doc_maxlen', { or: 180 }),
      expands: true,
      attended: stanford.attend_to_mask_tokens === true,
      skipped: stanford.mask_punctuation === false ? [] : PUNCTUATION,
    }
  }
  const pylate = readJson(folder, FILE)
  if (!pylate || !('query_prefix' in pylate || 'query_length' in pylate)) return undefined
  const config = new Config(pylate)
  return {
    query: config.text('query_prefix', '[Q] '),
    passage: config.text('document_prefix', '[D] '),
    queryLength: config.count('query_length', { or: 32 }),
    passageLength: config.count('document_length', { or: 180 }),
    expands: pylate.do_query_expansion !== false,
    attended: pylate.attend_to_expansion_tokens === true,
    skipped: config.texts('skiplist_words', PUNCTUATION),
  }
}

const unknown = (message: string) => toolError('unknown-architecture', message)
