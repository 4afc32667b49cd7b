/** Where a model's files come from: a site, a folder, memory. */
export interface ModelSource {
  /** For messages: a URL or a path. */
  readonly name: string
  /**
   * @param onBytes called with the number of bytes each time some arrive
   * @throws RerankError `model-not-found` where there is no such file, `download-failed` where it could not be read whole
   */
  read(
    path: string,
    options: { signal?: AbortSignal; onBytes?: (count: number) => void; bytes?: number },
  ): Promise<Uint8Array>
}
