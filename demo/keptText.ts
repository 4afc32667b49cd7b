/** What is typed into a field stays in it when this tab is reloaded: by hand, or for a new version of the app. It ends with the tab. */
export function keepText(field: HTMLInputElement | HTMLTextAreaElement, otherwise: string): void {
  const name = `mvp-rerank-text-${field.id}`
  field.value = read(name) ?? otherwise
  field.addEventListener('input', () => write(name, field.value))
}

function read(name: string): string | null {
  try {
    return sessionStorage.getItem(name)
  } catch {
    return null
  }
}

function write(name: string, text: string): void {
  try {
    sessionStorage.setItem(name, text)
  } catch {
    // Too long, or not allowed: then it is not kept.
  }
}
