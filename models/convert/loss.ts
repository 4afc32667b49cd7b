import type { Dtype, Precision } from '../../src/api/models.js'
import { cosine } from '../../src/engine/embedding.js'
import type { EncodedPrompt } from '../../src/engine/prompt.js'
import type { Dialect } from '../../src/model/dialect.js'
import type { EmbeddingProbe, Probe } from '../../src/model/manifest.js'
import type { TensorSource } from '../../src/model/tensors.js'
import { planNodeRuntimes } from '../../src/runtime/nodeRuntimes.js'
import type { Runtime } from '../../src/runtime/runtime.js'
import { kendallTau } from './kendall.js'
import { type ProbeModel, probeEmbeddings, probeScores } from './probe.js'

/** By precision: the largest difference of a score over all depths, and Kendall's τ of the order, by depth. */
export type Loss = Partial<Record<Precision, { error: number; tau: Record<string, number> }>>

/**
 * Computes the probe in full precision and in every precision that a device may choose, all on the CPU. For half
 * precision it runs the GPU's graph: weights and activations are rounded between operators, as on a GPU, but sums
 * within an operator may be more precise.
 */
export async function proveModel(
  original: TensorSource,
  converted: TensorSource,
  model: ProbeModel & { dtype: Dtype },
  prompts: readonly EncodedPrompt[],
  { onProgress, signal }: { onProgress: (share: number) => void; signal?: AbortSignal | undefined },
): Promise<{ scores: Probe['scores']; errors: Probe['errors']; loss: Loss }> {
  const dialects = dialectsOf(model)
  const layers = model.architecture.layers * (dialects.length + 1)
  let done = 0
  const runtime = await openRuntime()
  try {
    const run = (source: TensorSource, dialect: Dialect) =>
      probeScores(source, model, prompts, { runtime, dialect, signal, onLayer: () => onProgress(++done / layers) })
    const scores = await run(original, { device: 'wasm', precision: 'fp32' })
    const errors: Probe['errors'] = {}
    const loss: Loss = {}
    for (const dialect of dialects) {
      const found = compare(scores, await run(converted, dialect))
      errors[dialect.precision] = found.error
      loss[dialect.precision] = found
    }
    return { scores, errors, loss }
  } finally {
    await runtime.dispose()
  }
}

/**
 * Cosines between the first text and every other, in full precision and in every precision that a device may choose.
 * @param prompts each of one text alone
 */
export async function proveEmbeddings(
  original: TensorSource,
  converted: TensorSource,
  model: ProbeModel & { dtype: Dtype },
  prompts: readonly EncodedPrompt[],
  signal?: AbortSignal | undefined,
): Promise<EmbeddingProbe> {
  const runtime = await openRuntime()
  try {
    const cosinesOf = async (source: TensorSource, dialect: Dialect) => {
      const [first, ...others] = await probeEmbeddings(source, model, prompts, { runtime, dialect, signal })
      return others.map(other => cosine(first!.vector, other.vector))
    }
    const cosines = await cosinesOf(original, { device: 'wasm', precision: 'fp32' })
    const errors: EmbeddingProbe['errors'] = {}
    for (const dialect of dialectsOf(model)) {
      const found = await cosinesOf(converted, dialect)
      errors[dialect.precision] = Math.max(...cosines.map((each, i) => Math.abs(each - found[i]!)))
    }
    return { cosines, errors }
  } finally {
    await runtime.dispose()
  }
}

/**
 * The precisions in which devices compute this model: int8 if the weights are quantized, half precision if its range
 * suffices.
 */
function dialectsOf({ architecture, dtype }: ProbeModel & { dtype: Dtype }): Dialect[] {
  const dialects: Dialect[] = [{ device: 'wasm', precision: 'fp32' }]
  if (dtype !== 'fp32') dialects.push({ device: 'wasm', precision: 'int8' })
  if (architecture.family === 'bert') dialects.push({ device: 'webgpu', precision: 'fp16' })
  return dialects
}

export async function openRuntime(): Promise<Runtime> {
  const [plan] = await planNodeRuntimes({
    device: 'auto',
    precision: 'fp32',
    threads: 0,
    quantized: false,
    allowsHalf: false,
  })
  return plan!.open()
}

function compare(expected: Probe['scores'], actual: Probe['scores']): { error: number; tau: Record<string, number> } {
  let error = 0
  const tau: Record<string, number> = {}
  for (const [depth, scores] of Object.entries(expected)) {
    const others = actual[depth]!
    error = Math.max(error, ...scores.map((score, i) => Math.abs(score - others[i]!)))
    tau[depth] = kendallTau(scores, others)
  }
  return { error, tau }
}
