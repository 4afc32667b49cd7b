import { RerankError } from '../api/errors.js'
import type { Dialect } from '../model/dialect.js'
import type { TensorSource, Weight } from '../model/tensors.js'
import { concatFloats } from '../util/concat.js'
import { float32ToFloat16 } from '../util/float16.js'
import type { GraphBuilder } from './onnx.js'
import { BLOCK, blocks, dequantized, hasBlocks, inOf, int8Columns, totalRows, transposedFloats } from './weightForms.js'

/** The layers that all models share, in operators that are correct and fast on the dialect's device. */
export class Layers {
  /** Type of the activations. */
  readonly type: 'float32' | 'float16'
  readonly #quantized = new Map<string, QuantizedTokens>()

  constructor(
    readonly graph: GraphBuilder,
    readonly source: TensorSource,
    readonly dialect: Dialect,
  ) {
    const { device, precision } = dialect
    if (device === 'webgpu' ? precision === 'int8' : precision === 'fp16') {
      throw new RerankError('unsupported', `${device} does not compute in ${precision}`)
    }
    this.type = precision === 'fp16' ? 'float16' : 'float32'
  }

  get onGpu(): boolean {
    return this.dialect.device === 'webgpu'
  }

  /**
   * x · Wᵀ (+ bias) for the stacked matrices of `names`, with their outputs along the last axis. On WASM x is
   * [tokens, in]. On WebGPU, quantized rows whose length is no multiple of 32 fall back to unquantized weights: the
   * same numbers at four or more times the memory. No real model has such a width.
   * @param shape makes the shape of the result; only its last entry may be -1
   * @param least a known lower bound of x, which lets int8 use all of its 256 steps
   */
  linear(x: string, names: readonly string[], shape: () => string, bias?: readonly string[], least?: number): string {
    const weights = names.map(name => this.source.get(`${name}.weight`))
    const name = `${names.join('+')}.weight`
    if (this.onGpu) {
      const biasName = bias && this.vector(bias)
      return weights.every(hasBlocks)
        ? this.#blockLinear(x, name, weights, biasName)
        : this.#gemm(x, name, weights, shape(), biasName)
    }
    const constant = bias && concatFloats(bias.map(part => dequantized(this.source.get(part))))
    if (this.dialect.precision === 'int8') return this.#int8Linear(x, name, weights, constant, least)
    return this.#plus(this.#floatLinear(x, name, weights), name, constant)
  }

  /** y + constant, if there is one. */
  #plus(y: string, name: string, constant: Float32Array | undefined): string {
    return constant ? this.graph.node('Add', [y, this.floats(`${name}.plus`, [constant.length], constant)]) : y
  }

  /** Norms, biases and other small tensors, joined, in the type of the activations. */
  vector(names: readonly string[]): string {
    return this.graph.once(names.join('+'), name => {
      const parts = names.map(part => this.source.get(part))
      const shape = parts.length === 1 ? parts[0]!.shape : [parts.reduce((sum, part) => sum + part.shape[0]!, 0)]
      return this.floats(name, shape, concatFloats(parts.map(dequantized)))
    })
  }

  floats(name: string, shape: readonly number[], values: Float32Array): string {
    const data = this.type === 'float16' ? Uint16Array.from(values, float32ToFloat16) : values
    return this.graph.tensor(name, this.type, shape, data)
  }

  /** Rows of a table by their ids. A quantized table is expanded only if its rows' length is no multiple of 32. */
  lookUp(table: string, ids: string): string {
    const weight = this.source.get(table)
    if (!hasBlocks(weight)) {
      return this.graph.node('Gather', [this.floats(table, weight.shape, dequantized(weight)), ids])
    }
    const [rows, width] = weight.shape as [number, number]
    if (!this.onGpu && weight.kind === 'q8') {
      // GatherBlockQuantized takes ten times as long on WASM.
      const row = this.graph.node('Gather', [this.graph.tensor(table, 'uint8', [rows, width], weight.data), ids])
      const centred = this.graph.node('Sub', [this.graph.node('Cast', [row], { to: 1 }), this.graph.float(128)])
      const scale = this.graph.node('Gather', [this.floats(`${table}.scales`, [rows, 1], weight.scales), ids])
      return this.graph.node('Mul', [centred, scale])
    }
    const { bits, data, scales } = blocks([weight])
    return this.graph.node(
      'GatherBlockQuantized',
      [
        this.graph.tensor(table, 'uint8', [rows, (width * bits) / 8], data),
        ids,
        this.floats(`${table}.scales`, [rows, width / BLOCK], scales),
      ],
      { gather_axis: 0, quantize_axis: 1, block_size: BLOCK, bits },
    )
  }

  rmsNorm(x: string, norm: string, epsilon: number): string {
    return this.graph.node('SimplifiedLayerNormalization', [x, this.vector([`${norm}.weight`])], {
      axis: -1,
      epsilon: { float: epsilon },
      stash_type: 1,
    })
  }

  /** @returns norm(delta + residual) and that sum */
  skipRmsNorm(delta: string, residual: string, norm: string, epsilon: number): [string, string] {
    const normed = this.graph.name('normed')
    const sum = this.graph.name('residual')
    this.graph.nodes(
      'SkipSimplifiedLayerNormalization',
      [delta, residual, this.vector([`${norm}.weight`])],
      { epsilon: { float: epsilon } },
      [normed, '', '', sum],
    )
    return [normed, sum]
  }

  layerNorm(x: string, norm: string, epsilon: number): string {
    const { source } = this
    const parameters = ['weight', 'bias'].map(part => `${norm}.${part}`).filter(name => source.has(name))
    return this.graph.node('LayerNormalization', [x, ...parameters.map(name => this.vector([name]))], {
      axis: -1,
      epsilon: { float: epsilon },
    })
  }

  /**
   * norm(delta (+ bias) + residual). On WASM, single operators take half as long as the fused one, which adds up
   * element by element.
   */
  skipLayerNorm(delta: string, residual: string, norm: string, epsilon: number, bias?: string): string {
    if (!this.onGpu) {
      const { graph } = this
      const shifted = bias ? graph.node('Add', [delta, this.vector([bias])]) : delta
      const sum = graph.node('Add', [shifted, residual])
      const mean = graph.node('ReduceMean', [sum], { axes: [-1], keepdims: 1 })
      const scaled = this.rmsNorm(graph.node('Sub', [sum, mean]), norm, epsilon)
      return graph.node('Add', [scaled, this.vector([`${norm}.bias`])])
    }
    const names = [`${norm}.weight`, `${norm}.bias`, ...(bias ? [bias] : [])]
    const inputs = [delta, residual, ...names.map(name => this.vector([name]))]
    return this.graph.node('SkipLayerNormalization', inputs, { epsilon: { float: epsilon } })
  }

  cast(x: string, from: 'float32' | 'float16', to: 'float32' | 'float16', output?: string): string {
    if (from === to) return output === undefined ? x : this.graph.node('Identity', [x], {}, output)
    return this.graph.node('Cast', [x], { to: to === 'float32' ? 1 : 10 }, output)
  }

  #blockLinear(x: string, name: string, weights: readonly Weight[], bias: string | undefined): string {
    const { bits, data, scales } = blocks(weights)
    const N = totalRows(weights)
    const K = inOf(weights[0]!)
    const inputs = [
      x,
      this.graph.tensor(name, 'uint8', [N, K / BLOCK, (BLOCK * bits) / 8], data),
      this.floats(`${name}.scales`, [N, K / BLOCK], scales),
    ]
    if (bias) inputs.push('', '', bias)
    return this.graph.node('MatMulNBits', inputs, { K, N, bits, block_size: BLOCK })
  }

  /** Gemm with transB reads the rows of W in order. MatMul takes twice as long on WebGPU. */
  #gemm(x: string, name: string, weights: readonly Weight[], shape: string, bias: string | undefined): string {
    const N = totalRows(weights)
    const K = inOf(weights[0]!)
    const matrix = this.floats(name, [N, K], concatFloats(weights.map(dequantized)))
    const flat = this.graph.node('Reshape', [x, this.graph.integers(-1, K)])
    const y = this.graph.node('Gemm', [flat, matrix, ...(bias ? [bias] : [])], { transB: 1 })
    return this.graph.node('Reshape', [y, shape])
  }

  #floatLinear(x: string, name: string, weights: readonly Weight[]): string {
    const shape = [inOf(weights[0]!), totalRows(weights)]
    return this.graph.node('MatMul', [x, this.floats(name, shape, transposedFloats(weights))])
  }

  #int8Linear(
    x: string,
    name: string,
    weights: readonly Weight[],
    bias: Float32Array | undefined,
    least: number | undefined,
  ): string {
    const { data, scales } = int8Columns(weights)
    const N = totalRows(weights)
    const matrix = this.int8Matrix(name, [inOf(weights[0]!), N], data)
    const y = this.int8Product(x, matrix, this.floats(`${name}.scales`, [N], scales), least)
    if (!least) return this.#plus(y, name, bias)
    // W · x = W · (x - least) + least · W · 1
    const sums = new Int32Array(N)
    for (let at = 0; at < data.length; at += N) {
      for (let column = 0; column < N; column++) sums[column]! += data[at + column]! - 128
    }
    const constant = scales.map((scale, column) => least * scale * sums[column]! + (bias?.[column] ?? 0))
    return this.#plus(y, name, constant)
  }

  /** @param data u8 with the zero point 128; as s8, it is the same numbers with the zero point 0 */
  int8Matrix(name: string, shape: readonly number[], data: Uint8Array): string {
    if (!this.dialect.signedWeights) return this.graph.tensor(name, 'uint8', shape, data)
    return this.graph.tensor(
      name,
      'int8',
      shape,
      data.map(byte => byte ^ 128),
    )
  }

  /**
   * Exact products of x (minus `least`), quantized to u8 with one scale per token, so a passage's numbers do not depend
   * on its batch.
   * @param x [tokens, in]
   * @param matrix made by `int8Matrix`
   * @param scales of the columns; 1 if x includes them
   */
  int8Product(x: string, matrix: string, scales = this.graph.float(1), least?: number): string {
    const { graph } = this
    const { data, scale } = least === undefined ? this.#quantize(x) : this.#quantizeFrom(x, least)
    const zeros = [this.#zeroPoint(least === undefined ? 128 : 0)]
    if (!this.dialect.signedWeights) zeros.push(this.#zeroPoint(128))
    // The operator takes one scale for all of x, so the tokens' scales follow.
    const y = graph.node('MatMulIntegerToFloat', [data, matrix, graph.float(1), scales, ...zeros])
    return graph.node('Mul', [y, scale])
  }

  /** All products that read the same x share the result. */
  #quantize(x: string): QuantizedTokens {
    let tokens = this.#quantized.get(x)
    if (!tokens) {
      tokens = this.#inSteps(x, this.graph.node('Abs', [x]), 127, 128)
      this.#quantized.set(x, tokens)
    }
    return tokens
  }

  #quantizeFrom(x: string, least: number): QuantizedTokens {
    const above = least === 0 ? x : this.graph.node('Sub', [x, this.graph.float(least)])
    return this.#inSteps(above, above, 255, 0)
  }

  /** round(x / scale) + zero in one operator: with the tokens as its axis, QuantizeLinear takes a scale for each. */
  #inSteps(x: string, magnitudes: string, steps: number, zero: number): QuantizedTokens {
    const { graph } = this
    const largest = graph.node('ReduceMax', [magnitudes], { axes: [-1], keepdims: 0 })
    const scale = graph.node('Max', [graph.node('Mul', [largest, graph.float(1 / steps)]), graph.float(1e-12)])
    // Absent zero points are 0, and the result is u8 too.
    const zeros = zero === 0 ? [] : [graph.node('Expand', [this.#zeroPoint(zero), graph.node('Shape', [scale])])]
    return {
      data: graph.node('QuantizeLinear', [x, scale, ...zeros], { axis: 0 }),
      scale: graph.node('Unsqueeze', [scale, graph.integers(1)]),
    }
  }

  #zeroPoint(point: number): string {
    const { graph } = this
    return graph.once(`zero_point_${point}`, name => graph.tensor(name, 'uint8', [], Uint8Array.of(point)))
  }
}

interface QuantizedTokens {
  data: string
  /** [tokens, 1] */
  scale: string
}
