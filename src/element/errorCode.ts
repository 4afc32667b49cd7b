/** A newer query, or an element that left the page, ended the search. */
export function isCancellation(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'AbortError'
  return codeOf(error) === 'superseded' || codeOf(error) === 'disposed'
}

/** Reads the code alone: the class RerankError comes with the client, which is loaded late. */
export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code
}
