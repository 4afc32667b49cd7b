/** Scores of vectors [passage, view, width] in memory, as the heads' graphs give them. */
export interface KernelHead {
  /** @returns `scores` [passage] and `views` [view, passage] */
  score(vectors: Float32Array): { scores: Float32Array; views: Float32Array }
}
