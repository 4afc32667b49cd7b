import { RerankError } from '../api/errors.js'
import type { Passage } from '../api/ranking.js'
import type { AdapterOptions, AnyReranker } from './adapterOptions.js'

/** What is used of LlamaIndex.TS's `NodeWithScore`. */
export interface LlamaIndexNode {
  node: {
    // Its parameter is an enum of their package, whose members no type of ours can name.
    getContent(mode: never): string
  }
  score?: number | undefined
}

/** What LlamaIndex.TS passes as a query: a text, or the parts of a message. */
export type LlamaIndexQuery = string | readonly { type: string; text?: string }[]

/** A `BaseNodePostprocessor` of LlamaIndex.TS. */
export interface NodePostprocessor<Node extends LlamaIndexNode> {
  /**
   * The best nodes first, with the reranker's score in place of the retriever's.
   * @throws RerankError `bad-query` if the query has no text; else as `rank` of the reranker
   * @throws `signal.reason`
   */
  postprocessNodes<Given extends Node>(nodes: readonly Given[], query?: LlamaIndexQuery): Promise<Given[]>
}

/**
 * Makes a node postprocessor for the query engines and chat engines of LlamaIndex.TS. By default, the model reads a
 * node's text without its metadata, and the retriever's score is the first stage's (`PassageObject.firstStageScore`).
 * @param reranker you dispose of it yourself
 * @example
 * const nodePostprocessors = [nodePostprocessor(await createReranker(), { topK: 5 })]
 * const engine = index.asQueryEngine({ similarityTopK: 50, nodePostprocessors })
 */
export function nodePostprocessor<Node extends LlamaIndexNode = LlamaIndexNode>(
  reranker: AnyReranker,
  options: AdapterOptions<Node> = {},
): NodePostprocessor<Node> {
  const { passage = textAndScore, ...rankOptions } = options
  return {
    async postprocessNodes(nodes, query) {
      const { results } = await reranker.rank(textOf(query), nodes.map(passage), rankOptions)
      return results.map(({ index, score }) => ({ ...nodes[index]!, score }))
    },
  }
}

function textAndScore({ node, score }: LlamaIndexNode): Passage {
  // MetadataMode.NONE
  const text = node.getContent('NONE' as never)
  return typeof score === 'number' && !Number.isNaN(score) ? { text, firstStageScore: score } : text
}

/** As LlamaIndex joins the texts of a message. */
function textOf(query: LlamaIndexQuery | undefined): string {
  if (typeof query === 'string') return query
  const texts = (query ?? []).flatMap(({ text }) => text ?? [])
  if (texts.length > 0) return texts.join('\n\n')
  throw new RerankError('bad-query', 'The query has no text.', { remedy: 'Pass the query as the second argument.' })
}
