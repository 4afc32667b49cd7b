/**
 * The number of threads that can run. More than one needs SharedArrayBuffer and so a cross-origin isolated page.
 * WebKitGTK has no SharedArrayBuffer even there.
 * @param asked 0: all cores, at most 8
 */
export function usableThreads(asked: number): number {
  if (!globalThis.crossOriginIsolated || !('SharedArrayBuffer' in globalThis)) return 1
  return Math.min(asked || navigator.hardwareConcurrency || 1, 8)
}
