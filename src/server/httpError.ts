/** What is said to a client whose request is not answered. The codes of a RerankError are passed on; the others are of the server alone. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
  }
}
