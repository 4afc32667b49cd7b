import type { AdapterOptions, AnyReranker } from './adapterOptions.js'

/** What is used of LangChain's `DocumentInterface`. */
export interface LangChainDocument {
  pageContent: string
  // biome-ignore lint/suspicious/noExplicitAny: LangChain's own type of metadata
  metadata: Record<string, any>
}

/** A `BaseDocumentCompressor` of LangChain.js, which asks for no more than this method. */
export interface DocumentCompressor {
  /**
   * The best documents first. They are copies of the given ones, with the score in `metadata.relevanceScore`.
   * @throws RerankError or `signal.reason`, as `rank` of the reranker does
   */
  compressDocuments<Document extends LangChainDocument>(
    documents: readonly Document[],
    query: string,
  ): Promise<Document[]>
}

/**
 * Makes a document compressor for LangChain.js, such as for its `ContextualCompressionRetriever`.
 * @param reranker you dispose of it yourself
 * @example
 * const baseCompressor = documentCompressor(await createReranker(), { topK: 5 })
 * const retriever = new ContextualCompressionRetriever({ baseCompressor, baseRetriever })
 */
export function documentCompressor(
  reranker: AnyReranker,
  options: AdapterOptions<LangChainDocument> = {},
): DocumentCompressor {
  const { passage = ({ pageContent }: LangChainDocument) => pageContent, ...rankOptions } = options
  return {
    async compressDocuments(documents, query) {
      const { results } = await reranker.rank(query, documents.map(passage), rankOptions)
      return results.map(({ index, score }) => withScore(documents[index]!, score))
    },
  }
}

/** A copy of the same class. */
function withScore<Document extends LangChainDocument>(document: Document, relevanceScore: number): Document {
  const copy: Document = Object.assign(Object.create(Object.getPrototypeOf(document)), document)
  copy.metadata = { ...document.metadata, relevanceScore }
  return copy
}
