/** Writes one line of JSON per event. It takes only names and numbers, so no query, passage or key enters a log. */
export type Log = (event: string, fields?: Record<string, string | number | boolean>) => void

export const logTo =
  (write: (line: string) => void): Log =>
  (event, fields = {}) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`)
