/**
 * A tensor for the graph builders, from a converted model's file or from a checkpoint during conversion.
 * models/README.md lists the names. Linear weights are [out, in].
 */
export type Weight =
  | { kind: 'fp32'; shape: number[]; data: Float32Array }
  /** w = (data - 128) * scales[row]; data [rows, columns]. */
  | { kind: 'q8'; shape: number[]; data: Uint8Array; scales: Float32Array }
  /**
   * w = (nibble - 8) * scale of its block of 32 along the row. Low nibble first. data [rows, columns / 2], scales
   * [rows, columns / 32].
   */
  | { kind: 'q4'; shape: number[]; data: Uint8Array; scales: Float32Array }

export interface TensorSource {
  has(name: string): boolean
  /** @throws RerankError missing-tensor */
  get(name: string): Weight
}
