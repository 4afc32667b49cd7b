/**
 * Keeps the text of a field when the tab is reloaded, by hand or for a new version of the app. The text ends with the
 * tab.
 * @param initial text of the field on the first visit
 */
export function persistInput(field: HTMLInputElement | HTMLTextAreaElement, initial: string): void {
  const name = `mvp-rerank-text-${field.id}`
  field.value = read(name) ?? initial
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
    // The text is too long, or storage is not allowed: it is lost on reload.
  }
}
