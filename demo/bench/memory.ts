/** Chromium tells it to isolated pages alone, when it next collects garbage; the others do not. */
interface Measuring extends Performance {
  measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>
}

/** Bytes of the page with its workers and WebAssembly; undefined where the browser does not tell. */
export async function measureMemory(): Promise<number | undefined> {
  try {
    return (await (performance as Measuring).measureUserAgentSpecificMemory?.())?.bytes
  } catch {
    return undefined
  }
}

export function tellsMemory(): boolean {
  return crossOriginIsolated && 'measureUserAgentSpecificMemory' in performance
}
