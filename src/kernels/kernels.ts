/** What kernels/index.ts exports. Addresses and sizes in bytes, unless a comment there says otherwise. */
export interface Kernels {
  readonly INPUT_BYTES: { readonly value: number }
  readonly SPAN: { readonly value: number }
  rounded(size: number): number
  stepBytes(inputs: number): number
  matrixBytes(outputs: number, inputs: number): number
  matrixBias(matrix: number, outputs: number): number
  scratchBytes(model: number): number
  encode(job: number, model: number, thread: number): void
  encodeTogether(board: number, job: number, model: number): void
  serve(board: number, thread: number, seen: number, idle: number): number
  fail(board: number): void
  pack(from: number, outputs: number, inputs: number, matrix: number, fits: boolean): void
  setDotProduct(isOneInstruction: boolean): void
  product(x: number, steps: number, rows: number, inputs: number, matrix: number, outputs: number, y: number): void
  fittedProduct(
    x: number,
    steps: number,
    rows: number,
    inputs: number,
    matrix: number,
    outputs: number,
    y: number,
  ): void
  quantizeRow(x: number, size: number, to: number, steps: number): void
  geluRow(x: number, size: number, to: number, steps: number): void
  geluInPlace(x: number, size: number): void
  norm(x: number, to: number, size: number, parameters: number, epsilon: number): void
  addAndNorm(delta: number, x: number, size: number, parameters: number, epsilon: number): void
  rmsNorm(x: number, to: number, size: number, weight: number, epsilon: number): void
  exp2Row(x: number, size: number, to: number): void
  logistic2Row(x: number, size: number, to: number): void
  softmax(x: number, count: number, padded: number): void
  transpose(from: number, rows: number, line: number, columns: number, to: number, toLine: number): void
  floatProduct(
    a: number,
    aLine: number,
    rows: number,
    k: number,
    b: number,
    bLine: number,
    columns: number,
    y: number,
    yLine: number,
  ): void
  attention(
    q: number,
    queries: number,
    k: number,
    v: number,
    tokens: number,
    line: number,
    heads: number,
    headWidth: number,
    relative: number,
    positions: number,
    scratch: number,
  ): void
  attentionScratch(tokens: number, headWidth: number): number
}
