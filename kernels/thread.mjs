/** A thread of the kernels: it serves jobs until its worker ends, or until it traps. */
globalThis.onmessage = async ({ data: { module, memory, board, thread } }) => {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } })
  postMessage('serves')
  try {
    exports.serve(board, thread)
  } catch {
    exports.fail(board)
  }
}
