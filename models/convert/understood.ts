import { type Prompt, vectorWidth } from '../../src/model/manifest.js'
import type { Checkpoint } from './checkpoint.js'

const FAMILIES = { t5: 'T5', bert: 'BERT or wired like it', modernbert: 'ModernBERT' }

/** What the converter takes a checkpoint for, by subject, in words for a person. */
export function understood({ architecture, config }: Checkpoint, prompt: Prompt, license: string): Map<string, string> {
  const { family, layers, width, vocabulary, embedder, anchor } = architecture
  const found = new Map<string, string>()
  found.set('kind', embedder ? embedder.scoring : anchor ? 'listwise' : 'pointwise')
  found.set('family', `${FAMILIES[family]} (model_type ${config.text('model_type', 'missing')})`)
  found.set('size', `${layers} layers of width ${width}, ${vocabulary} tokens`)
  if (embedder) {
    const dense = embedder.dense.map(({ outputs, activation }) => `${outputs}${activation ? ` (${activation})` : ''}`)
    if (embedder.scoring === 'similarity') found.set('pooling', embedder.pooling)
    if (dense.length > 0) found.set('dense layers', dense.join(', '))
    found.set('vectors', `${vectorWidth(architecture)} numbers`)
    const named = Object.entries(prompt.named ?? {}).map(([name, segments]) => `${name} ${textOf(segments)}`)
    found.set('prompts', [`passage ${textOf(prompt.embed!)}`, ...named].join(', '))
    const { expansion } = prompt
    if (expansion)
      found.set('queries', `${expansion.id === undefined ? 'cut at' : 'filled up to'} ${expansion.length} tokens`)
  }
  found.set('length', `${prompt.maxLength} tokens`)
  found.set('licence', license)
  return found
}

function textOf(segments: NonNullable<Prompt['embed']>): string {
  const text = segments.map(segment => ('text' in segment ? segment.text.replace('{context}', '') : '')).join('')
  const marker = 'ids' in segments[0]! && segments[0].ids.length > 1 ? ` marked by token ${segments[0].ids[1]}` : ''
  return `${JSON.stringify(text)}${marker}`
}
