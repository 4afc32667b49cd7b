import type { Passage, RankOptions, Reranker } from '../api/ranking.js'

/** A reranker of any entry: of a page, of Node, or of a service. */
export type AnyReranker = Pick<Reranker<{ model?: string }>, 'rank' | 'info'>

/** @typeParam Item what the framework calls a document or a node */
export interface AdapterOptions<Item> extends Omit<RankOptions, 'onPartial' | 'explain'> {
  /**
   * What the model reads of an item.
   * @default its text alone
   * @example documentCompressor(reranker, {
   *   passage: ({ metadata, pageContent }) => ({ title: metadata.title, text: pageContent }),
   * })
   */
  passage?: (item: Item) => Passage
}
