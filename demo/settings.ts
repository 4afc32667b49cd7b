/** Settings of the device page, kept for the next visit. */
export type Setting = 'device' | 'depth' | 'persistence'

const nameOf = (setting: Setting) => `mvp-rerank-${setting}`

export function readSetting(setting: Setting): string | null {
  try {
    return localStorage.getItem(nameOf(setting))
  } catch {
    return null
  }
}

export function writeSetting(setting: Setting, value: string): void {
  try {
    localStorage.setItem(nameOf(setting), value)
  } catch {
    // Storage is full or not allowed: the setting holds for this visit.
  }
}
