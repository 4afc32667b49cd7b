/** Reads the query from the page's address. @param parameter its name; if empty, the address holds no query */
export function readQueryParameter(parameter: string): string | undefined {
  const query = parameter === '' ? null : new URLSearchParams(location.search).get(parameter)
  return query?.trim() || undefined
}

/**
 * Writes the query into the page's address, or removes it. Adds no history entry and keeps the state that a router
 * stored in the present one.
 */
export function writeQueryParameter(parameter: string, query: string): void {
  if (parameter === '') return
  const url = new URL(location.href)
  if ((url.searchParams.get(parameter) ?? '') === query) return
  if (query === '') url.searchParams.delete(parameter)
  else url.searchParams.set(parameter, query)
  try {
    history.replaceState(history.state, '', url)
  } catch {
    // Browsers limit how often this may happen. Documents without a URL of their own refuse it.
  }
}
