/** The query in the page's address. */
export function queryInAddress(parameter: string): string | undefined {
  const query = parameter === '' ? null : new URLSearchParams(location.search).get(parameter)
  return query?.trim() || undefined
}

/** Puts the query into the page's address, or takes it out, without a new entry in the history and without touching what a router keeps there. */
export function putIntoAddress(parameter: string, query: string): void {
  if (parameter === '') return
  const url = new URL(location.href)
  if ((url.searchParams.get(parameter) ?? '') === query) return
  if (query === '') url.searchParams.delete(parameter)
  else url.searchParams.set(parameter, query)
  try {
    history.replaceState(history.state, '', url)
  } catch {
    // Browsers bound how often this may happen; documents without an address of their own refuse it.
  }
}
