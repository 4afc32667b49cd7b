import type { Dialect } from '../model/dialect.js'
import type { Architecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { buildStage, type ViewRows } from './encoderStage.js'
import { familyGraphs } from './families.js'
import type { FamilyGraph } from './familyGraph.js'
import type { OnnxGraph } from './onnx.js'
import type { Stage } from './stage.js'

export { maskValue, relativeBuckets, rowsForScores, type Stage, UNATTENDED, type ViewRows } from './encoderStage.js'

/** `buildStage` for every family, where nobody downloads them: in Node and in tools. */
export function buildEncoderStage(
  source: TensorSource,
  architecture: Architecture,
  shape: ViewRows,
  dialect: Dialect,
  stage: Stage,
): OnnxGraph {
  const { family } = architecture
  const graph = family === 'bert' ? undefined : (familyGraphs[family] as FamilyGraph)
  return buildStage(source, architecture, shape, dialect, stage, graph)
}
