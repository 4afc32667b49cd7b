type Values = Record<string, string | readonly string[]>

/**
 * The page's values that act as filters. A name counts if the visitor chose no filter of that name and the index has
 * the page's value beside others.
 * @param known the index's values by name
 */
export function contextOf(
  context: Values,
  filters: Values,
  known: Readonly<Record<string, readonly string[]>>,
): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(context).flatMap(([name, wanted]) => {
      const values = known[name] ?? []
      if (filters[name] !== undefined || values.length < 2) return []
      const same = name === 'language' || name === 'lang' ? sameLanguage : (a: string, b: string) => a === b
      const found = values.filter(value => [wanted].flat().some(asked => same(asked, value)))
      return found.length > 0 && found.length < values.length ? [[name, found]] : []
    }),
  )
}

/** A context as filters. They keep sections without a value, too. */
export function contextFilters(context: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(context).map(([name, values]) => [name, [...values, '']]))
}

/** `en` and `en-GB` are the same language; `en-US` and `en-GB` are not. */
function sameLanguage(asked: string, value: string): boolean {
  const [a, b] = [asked.toLowerCase(), value.toLowerCase()]
  return a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`)
}
