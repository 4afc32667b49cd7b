import type { KernelBuild } from '../../src/kernels/kernelBuild.js'
import type { BuildTimes, KernelPasses } from './kernelTimes.js'
import { type Work, workOf } from './kernelWork.js'

/** What a pass of a kernel's loop has to do: vectors everywhere, and only what the sources of kernels/ spell out. */
interface Demand {
  dots?: number
  /** Instructions of arithmetic that are no dot products. */
  vectors?: number
  reads: number
  writes: number
}

export interface KernelRow {
  name: keyof KernelPasses
  label: string
  /** Nanoseconds of a pass. */
  ns: number
  /** Calls of the kernel in a pass, and passes in the work of a list. */
  calls: number
  passes: number
  /** What is counted, in a pass. */
  count: number
  counted: string
  demand: Demand
  peaks: { dots: number; vectors: number; reads: number; writes: number }
}

export interface Bound {
  name: string
  ns: number
}

/** What takes longest of a pass, if the processor does nothing else. */
export function boundOf({ demand, peaks }: KernelRow): Bound {
  const bounds = [
    { name: 'dot products', ns: (demand.dots ?? 0) * peaks.dots },
    { name: 'arithmetic', ns: (demand.vectors ?? 0) * peaks.vectors },
    { name: 'reads', ns: demand.reads * peaks.reads },
    { name: 'writes', ns: demand.writes * peaks.writes },
  ]
  return bounds.reduce((most, bound) => (bound.ns > most.ns ? bound : most))
}

// Instructions for four numbers, as kernels/ has them.

/** Least and largest; factor, shift, difference; halves and bytes of 16. */
const QUANTIZE = { relaxed: 2 + 3.75, plain: 2 + 4 }
/** Vectors that are written for four numbers. */
const QUANTIZED = { relaxed: 0.25, plain: 0.5 }
/** Sum, its sum; difference, square, sum; difference, two factors, shift. */
const ADD_AND_NORM = { vectors: 9, reads: 6, writes: 2 }
/** The division among them, and the least and largest. */
const GELU = 28 + 2
/** The largest; difference, limit, power, sum; factor. */
const SOFTMAX = { vectors: 1 + 20 + 1, reads: 3, writes: 2 }
/** Two widenings, difference, float, factor, sum; a norm of one row. */
const EMBED = { vectors: 6 + 8, reads: 7, writes: 2 }

/** A tile of 4 rows and 8 outputs: six vectors are read for eight dot products, or for eight products of floats. */
const READS_OF_TILE = 6 / 8
/** Pairs have tiles of 2 rows. */
const READS_OF_PAIRS = 1

/** Every kernel of the encoder, with one form of the dot product. */
export function kernelRows(times: BuildTimes, build: KernelBuild, form: 'one' | 'pairs'): KernelRow[] {
  const { unit, layers, width, ffWidth, heads, work, embedded } = times
  const pass = workOf(unit, 1, 0)
  const rows = unit.reduce((sum, tokens) => sum + tokens, 0)
  const blocks = Math.ceil(rows / 32)
  const fours = (size: number) => size / 4
  const sumOver = (of: (tokens: number) => number) => unit.reduce((sum, tokens) => sum + of(tokens), 0)
  const peaks = {
    dots: times.peaks.dot[form],
    vectors: times.peaks.float,
    reads: times.peaks.read,
    writes: times.peaks.write,
  }
  const kernel = (
    name: keyof KernelPasses,
    label: string,
    calls: number,
    passes: number,
    [count, counted]: [number, string],
    demand: Demand,
  ): KernelRow => ({ name, label, ns: times[form][name], calls, passes, count, counted, demand, peaks })

  const product = (
    name: keyof KernelPasses,
    label: string,
    calls: number,
    done: number,
    of: keyof Work,
    adds: number,
  ) => {
    // `done` rows, `adds` multiply-adds each.
    const dots = (done * adds) / (build === 'relaxed' ? 16 : 8)
    return kernel(name, label, calls, work[of] / done, [done * adds, 'multiply-adds'], {
      dots,
      reads: dots * (build === 'relaxed' && form === 'pairs' ? READS_OF_PAIRS : READS_OF_TILE),
      writes: 0,
    })
  }
  const elements = (
    name: keyof KernelPasses,
    label: string,
    calls: number,
    passes: number,
    numbers: number,
    { vectors, reads, writes }: { vectors: number; reads: number; writes: number },
  ) =>
    kernel(name, label, calls, passes, [numbers, 'numbers'], {
      vectors: fours(numbers) * vectors,
      reads: fours(numbers) * reads,
      writes: fours(numbers) * writes,
    })
  const floats = (name: 'logits' | 'mix', label: string, adds: number) =>
    kernel(name, label, unit.length, work.pairs / pass.pairs, [adds, 'multiply-adds'], {
      vectors: (adds / 4) * 2,
      reads: (adds / 4) * READS_OF_TILE,
      writes: 0,
    })

  const inner = width * ffWidth
  const quantize = { vectors: QUANTIZE[build], reads: 2, writes: QUANTIZED[build] }
  const with7Bits = (one: { vectors: number; reads: number; writes: number }) => ({
    vectors: one.vectors + quantize.vectors,
    reads: one.reads + quantize.reads,
    writes: one.writes + quantize.writes,
  })
  const padded = (tokens: number) => Math.ceil(tokens / 8) * 8
  const four = (tokens: number) => Math.ceil(tokens / 4) * 4
  const wide = `${width} → ${ffWidth}`
  return [
    product('square', `${width} → ${width}`, 4 * layers, layers * pass.square, 'square', width * width),
    product('up', wide, blocks * layers, layers * pass.feedForward, 'feedForward', inner),
    product('upNear', `${wide}, weights in the second cache`, blocks, pass.feedForward, 'feedForward', inner),
    product('down', `${ffWidth} → ${width}`, blocks * layers, layers * pass.feedForward, 'feedForward', inner),
    kernel('keys', 'attention: keys turned', unit.length, work.keys / pass.keys, [rows * width, 'numbers'], {
      reads: fours(rows * width),
      writes: rows * width,
    }),
    floats('logits', 'attention: logits', sumOver(tokens => four(tokens) * padded(tokens)) * width),
    elements(
      'softmax',
      'attention: softmax',
      unit.length,
      work.pairs / pass.pairs,
      sumOver(tokens => tokens * padded(tokens)) * heads,
      SOFTMAX,
    ),
    floats('mix', 'attention: values mixed', sumOver(tokens => four(tokens) * tokens) * width),
    elements('attended', 'its output in 7 bits', rows, work.attended / rows, rows * width, quantize),
    elements('norms', 'sum, norm, 7 bits', rows, work.norms / rows, rows * width, with7Bits(ADD_AND_NORM)),
    elements('gelu', 'GELU, 7 bits', rows, work.gelu / rows, rows * ffWidth, {
      vectors: GELU + quantize.vectors - 2,
      reads: 2,
      writes: 1 + quantize.writes,
    }),
    elements(
      'embedding',
      'embedding, norm, 7 bits',
      embedded,
      work.embedded / embedded,
      embedded * width,
      with7Bits(EMBED),
    ),
  ]
}
