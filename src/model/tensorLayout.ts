import type { Dtype } from '../api/models.js'
import {
  type AnchorArchitecture,
  type Architecture,
  type Embedder,
  type Manifest,
  relativePositions,
} from './manifest.js'

/** One tensor of a converted model. */
export interface TensorSpec {
  name: string
  shape: number[]
  /**
   * Whether it is stored in the model's dtype. `q8`: in at least 8 bits, because every score depends on it (positions,
   * pooler).
   */
  quantized: boolean | 'q8'
}

/** The dtype in which a model stores a tensor. */
export function storedAs({ name, quantized }: TensorSpec, { dtype, wide = [] }: Storage): Dtype {
  if (!quantized) return 'fp32'
  const kept = quantized === 'q8' || wide.some(layer => name.startsWith(`encoder.${layer}.`))
  return kept && dtype === 'q4' ? 'q8' : dtype
}

/** How a model is stored: its dtype, and the encoder layers that keep 8 bits in a 4-bit model. */
export type Storage = Pick<Manifest, 'dtype' | 'wide'>

/**
 * All tensors of a model in file order, as models/README.md lists them.
 * @param startRows the number of views if each has its own start vector, else 1
 */
export function layout(architecture: Architecture, startRows: number): TensorSpec[] {
  const { width, layers, heads, headWidth, ffWidth, vocabulary, exits, decoder, anchor = decoder } = architecture
  const bert = architecture.family === 'bert'
  const modern = architecture.family === 'modernbert'
  const specs: TensorSpec[] = []
  const plain = (name: string, ...shape: number[]) => specs.push({ name, shape, quantized: false })
  const matrix = (name: string, ...shape: number[]) => specs.push({ name, shape, quantized: true })
  const linear = (name: string, outputs: number, inputs: number) => {
    matrix(`${name}.weight`, outputs, inputs)
    if (bert) plain(`${name}.bias`, outputs)
  }
  const norm = (name: string) => {
    plain(`${name}.weight`, width)
    if (bert) plain(`${name}.bias`, width)
  }

  matrix('encoder.embed.weight', vocabulary, width)
  if (architecture.family === 'bert') {
    specs.push({ name: 'encoder.position.weight', shape: [architecture.positions, width], quantized: 'q8' })
    plain('encoder.type.weight', architecture.types ?? 2, width)
  }
  if (bert || modern) norm('encoder.embed.norm')
  const relative = relativePositions(architecture)
  if (relative) plain('encoder.relative.weight', relative.buckets, heads)
  const inner = heads * headWidth
  for (let i = 0; i < layers; i++) {
    // ModernBERT's norm of the embedding is that of the first layer, too.
    if (i > 0 || !modern) norm(`encoder.${i}.attention.norm`)
    for (const part of ['q', 'k', 'v']) linear(`encoder.${i}.attention.${part}`, inner, width)
    linear(`encoder.${i}.attention.o`, width, inner)
    norm(`encoder.${i}.ff.norm`)
    linear(`encoder.${i}.ff.up`, ffWidth, width)
    if (modern || (architecture.family === 't5' && architecture.activation === 'gated-gelu')) {
      linear(`encoder.${i}.ff.gate`, ffWidth, width)
    }
    linear(`encoder.${i}.ff.down`, width, ffWidth)
  }
  if (modern) norm('encoder.norm')
  if (architecture.embedder) return [...specs, ...denseLayout(architecture.embedder, width)]
  if (!anchor) return [...specs, ...pointwiseLayout(width, modern)]
  for (const depth of exits) norm(`exit.${depth}.norm`)
  // A T5 that answers with a word has the classifier of a cross-encoder, without its pooler.
  const head = decoder ? pointwiseLayout(width, false).slice(2) : []
  return [...specs, ...anchorLayout(anchor, width, startRows), ...head]
}

function denseLayout({ dense }: Embedder, width: number): TensorSpec[] {
  return dense.flatMap(({ outputs, bias }, i) => {
    const inputs = dense[i - 1]?.outputs ?? width
    const name = `embedder.${i}`
    const weight: TensorSpec = { name: `${name}.weight`, shape: [outputs, inputs], quantized: 'q8' }
    return bias ? [weight, { name: `${name}.bias`, shape: [outputs], quantized: false }] : [weight]
  })
}

function pointwiseLayout(width: number, modern: boolean): TensorSpec[] {
  return [
    { name: 'head.pooler.weight', shape: [width, width], quantized: 'q8' },
    { name: modern ? 'head.norm.weight' : 'head.pooler.bias', shape: [width], quantized: false },
    { name: 'head.classifier.weight', shape: [1, width], quantized: false },
    { name: 'head.classifier.bias', shape: [1], quantized: false },
  ]
}

function anchorLayout(anchor: AnchorArchitecture, width: number, startRows: number): TensorSpec[] {
  const inner = anchor.heads * anchor.headWidth
  const specs: TensorSpec[] = []
  const plain = (name: string, ...shape: number[]) => specs.push({ name, shape, quantized: false })
  const matrix = (name: string, ...shape: number[]) => specs.push({ name, shape, quantized: true })
  plain('anchor.start', startRows, width)
  for (let i = 0; i < anchor.layers; i++) {
    if (i === 0) {
      plain('anchor.0.cross.key', startRows * anchor.heads, width)
    } else {
      plain(`anchor.${i}.self.norm.weight`, width)
      matrix(`anchor.${i}.self.weight`, width, width)
      plain(`anchor.${i}.cross.norm.weight`, width)
      matrix(`anchor.${i}.cross.q.weight`, inner, width)
      matrix(`anchor.${i}.cross.k.weight`, inner, width)
    }
    matrix(`anchor.${i}.cross.v.weight`, inner, width)
    matrix(`anchor.${i}.cross.o.weight`, width, inner)
    plain(`anchor.${i}.ff.norm.weight`, width)
    matrix(`anchor.${i}.ff.up.weight`, anchor.ffWidth, width)
    if (anchor.activation === 'gated-gelu') matrix(`anchor.${i}.ff.gate.weight`, anchor.ffWidth, width)
    matrix(`anchor.${i}.ff.down.weight`, width, anchor.ffWidth)
  }
  plain('anchor.norm.weight', width)
  return specs
}
