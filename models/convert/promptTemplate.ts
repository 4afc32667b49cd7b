import { RerankError } from '../../src/api/errors.js'
import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import type { Prompt, PromptSegment } from '../../src/model/manifest.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import { aloneTemplate, specialId } from './aloneTemplate.js'
import type { Checkpoint } from './checkpoint.js'
import type { TextFamily } from './encoderFamily.js'
import type { TokenizerFile } from './tokenizerFile.js'

/**
 * The prompt that the checkpoint was trained with. T5: MVP's, with the sentinels as view tokens. mvp-bert: views after
 * [CLS]. Cross-encoders: their family's pair of texts. A T5 that answers with a word: monoT5's.
 * @param views number of views; mvp-bert checkpoints fix it
 * @throws RerankError bad-option, bad-config, bad-tokenizer
 */
export function promptTemplate(
  { architecture, texts, alone, config, maxLength, views: fixed }: Checkpoint,
  tokenizer: TokenizerFile,
  views: number,
): Prompt {
  const below = { min: 0, max: architecture.vocabulary - 1 }
  if (architecture.decoder)
    return checked(answeringTemplate(tokenizer, config.count('eos_token_id', { or: 1, ...below }), maxLength))
  if (architecture.family === 't5') {
    const ids = sentinels(tokenizer, views)
    return checked({
      rerank: [
        { ids },
        { text: ' | Query: {query} | Context: {context}' },
        { ids: [config.count('eos_token_id', { or: 1, ...below })] },
      ],
      firstView: 0,
      padId: config.count('pad_token_id', { or: 0, ...below }),
      maxLength,
    })
  }
  if (alone) return aloneTemplate(tokenizer, texts!, alone, maxLength)
  if (texts) return checked(pairTemplate(tokenizer, texts, maxLength))
  if (views !== fixed) throw new RerankError('bad-option', `The checkpoint has ${fixed} views, ${views} are asked for`)
  const viewIds = config.counts('view_token_ids')
  if (viewIds.some(id => id > below.max)) throw toolError('bad-config', `A view token lies beyond ${below.max}`)
  const cls = config.count('cls_token_id', below)
  const sep = config.count('sep_token_id', below)
  const around = (text: string): PromptSegment[] => [{ ids: [cls] }, { text: `${text}{context}` }, { ids: [sep] }]
  const prompts = config.has('prompts') ? config.within('prompts') : undefined
  const [query = '', passage = ''] = ['query', 'passage'].map(kind => prompts?.text(kind, ''))
  return checked({
    rerank: [
      { ids: [cls, ...viewIds] },
      { text: '{query}', share: 0.5 },
      { ids: [sep] },
      { text: '{context}', type: 1 },
      { ids: [sep], type: 1 },
    ],
    embed: around(passage),
    ...(query !== passage && { named: { query: around(query) } }),
    firstView: 1,
    padId: config.count('pad_token_id', { or: 0, ...below }),
    maxLength,
  })
}

/**
 * BERT and DistilBERT: [CLS] query [SEP] context [SEP]; the others: <s> query </s></s> context </s>. The tokenizer may
 * have other names for these tokens.
 */
function pairTemplate(tokenizer: TokenizerFile, family: TextFamily, maxLength: number): Prompt {
  const idOf = specialId(tokenizer, family)
  const sep = idOf('sep_token')
  const type = (text: number) => (family.pairTypes ? { type: text } : {})
  return {
    rerank: [
      { ids: [idOf('cls_token')], ...type(0) },
      { text: '{query}', ...type(0) },
      { ids: new Array<number>(family.separators).fill(sep), ...type(0) },
      { text: '{context}', ...type(1) },
      { ids: [sep], ...type(1) },
    ],
    firstView: 0,
    padId: idOf('pad_token'),
    maxLength,
    truncation: 'longest-first',
  }
}

/**
 * monoT5's "Query: … Document: … Relevant:". Its words stand apart from the texts, so that no cut takes the end away.
 * Pieces do not reach over a space, so the ids are those of the whole.
 */
function answeringTemplate({ json }: TokenizerFile, end: number, maxLength: number): Prompt {
  const { encode } = createTokenizer(json)
  return {
    rerank: [
      { ids: encode('Query:') },
      { text: '{query}', share: 0.5 },
      { ids: encode('Document:') },
      { text: '{context}' },
      { ids: [...encode('Relevant:'), end] },
    ],
    firstView: 0,
    padId: 0,
    maxLength,
  }
}

/** The view tokens of MVP are T5's sentinels, first to last. */
function sentinels({ special }: TokenizerFile, views: number): number[] {
  return Array.from({ length: views }, (_, view) => {
    const id = special.get(`<extra_id_${view}>`)
    if (id !== undefined) return id
    if (view === 0) throw modelError('bad-tokenizer', 'The tokenizer has no <extra_id_0>, the first view token')
    throw new RerankError('bad-option', `The tokenizer has ${view} view tokens, ${views} are asked for`)
  })
}

function checked(prompt: Prompt): Prompt {
  const fixed = prompt.rerank.reduce((sum, segment) => sum + ('ids' in segment ? segment.ids.length : 0), 0)
  if (prompt.maxLength <= fixed) {
    throw new RerankError('bad-option', `The prompt's fixed tokens alone are ${fixed}, of at most ${prompt.maxLength}`)
  }
  return prompt
}
