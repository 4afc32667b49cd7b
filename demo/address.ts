/**
 * Fields after the `#` of the page's address, which browsers do not send to the server: `page` names the page to show,
 * `model` the folder of another model on this server, `q` what is searched for.
 */
const fields = () => new URLSearchParams(location.hash.slice(1))

export type Field = 'page' | 'model' | 'q'

export function readField(name: Field): string | undefined {
  return fields().get(name) || undefined
}

/** The address with other fields; an empty value leaves its field out. */
export function addressWith(changes: Partial<Record<Field, string>>): string {
  const now = fields()
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') now.delete(name)
    else now.set(name, value)
  }
  return now.size > 0 ? `#${now}` : location.pathname + location.search
}

/** The model that the address names, unless it is on another server: a link must not load a model from elsewhere. */
export function otherModel(): string | undefined {
  const url = readField('model')
  if (url === undefined) return undefined
  return new URL(url, document.baseURI).origin === location.origin ? url : undefined
}
