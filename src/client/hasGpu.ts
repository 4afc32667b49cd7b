/** Whether the browser offers a real GPU. */
export async function hasGpu(): Promise<boolean> {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => undefined)
  // As `isSoftware` in the worker has it: a CPU that emulates a GPU is slower than WASM.
  return !!adapter && !(adapter.info as GPUAdapterInfo | undefined)?.isFallbackAdapter
}
