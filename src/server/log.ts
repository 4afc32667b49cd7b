/** A line of JSON an event. It takes names and numbers alone, so that no query, passage or key can slip into a log. */
export type Log = (event: string, fields?: Record<string, string | number | boolean>) => void

export const logTo =
  (write: (line: string) => void): Log =>
  (event, fields = {}) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`)
