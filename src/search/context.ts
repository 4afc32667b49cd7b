type Values = Record<string, string | readonly string[]>

/**
 * The values of a page by which sections are left out: those that the index has, of names that no filter was chosen
 * for.
 * @param known all values by name, as the index has them
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

/** `en` and `en-GB` are one language, `en-US` and `en-GB` two. */
function sameLanguage(asked: string, value: string): boolean {
  const [a, b] = [asked.toLowerCase(), value.toLowerCase()]
  return a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`)
}
