/**
 * Keeps the text of a field in this tab, also when it is reloaded, by hand or for a new version of the app. A reset of
 * the field's form removes what is kept.
 * @param initial text of the field on the first visit and after a reset
 */
export function persistInput(field: HTMLInputElement | HTMLTextAreaElement, initial: string): void {
  const name = `mvp-rerank-text-${field.id}`
  field.defaultValue = initial
  field.value = read(name) ?? initial
  field.addEventListener('input', () => write(name, field.value))
  field.form?.addEventListener('reset', () => remove(name))
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

function remove(name: string): void {
  try {
    sessionStorage.removeItem(name)
  } catch {
    // Storage is not allowed, so nothing is kept.
  }
}
