/**
 * One signal for several. Unlike with `AbortSignal.any`, nothing is left on the sources once it is released: one of them lives as long as the
 * reranker, and the calls that end are many.
 */
export function firstOf(signals: readonly (AbortSignal | undefined)[]): { signal: AbortSignal; release: () => void } {
  const ending = new AbortController()
  const sources = signals.filter(source => source !== undefined)
  const stops = sources.map(source => () => ending.abort(source.reason))
  sources.forEach((source, i) => {
    if (source.aborted) stops[i]!()
    else source.addEventListener('abort', stops[i]!)
  })
  const release = () => sources.forEach((source, i) => void source.removeEventListener('abort', stops[i]!))
  return { signal: ending.signal, release }
}
