/** Chromium reports memory to isolated pages, at its next garbage collection; other browsers do not. */
interface Measuring extends Performance {
  measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>
}

/** Bytes of the page with its workers and WebAssembly; undefined where the browser does not report them. */
export async function measureMemory(): Promise<number | undefined> {
  try {
    return (await (performance as Measuring).measureUserAgentSpecificMemory?.())?.bytes
  } catch {
    return undefined
  }
}

export function canMeasureMemory(): boolean {
  return crossOriginIsolated && 'measureUserAgentSpecificMemory' in performance
}
