import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { OracleName } from '../models/oracles/read.js'
import { allFamilies } from '../src/engine/allFamilies.js'
import type { BuildParts } from '../src/engine/parts.js'
import { startNodeThread } from '../src/kernels/nodeThread.js'
import type { TensorSource } from '../src/model/tensors.js'
import { type KernelRuntime, kernelHost } from '../src/runtime/kernelRuntimes.js'
import { planNodeRuntimes } from '../src/runtime/nodeRuntimes.js'
import type { OpenRuntime } from '../src/runtime/openRuntime.js'
import { EngineService, type ServiceHost } from '../src/service/engineService.js'
import { buildKernelParts } from '../src/service/kernelParts.js'
import { buildOnnxParts } from '../src/service/onnxParts.js'
import { FolderSource } from '../src/store/folderSource.js'
import type { RerankService } from '../src/threads/rerankProtocol.js'
import { conversions } from './convertedModels.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const { converted } = conversions()

/** Builds as `build` does, and remembers what it is given, without holding it. */
function watching<Runtime>(build: BuildParts<Runtime>, given: WeakRef<object>[]): BuildParts<Runtime> {
  return (runtime, manifest, weights, ...rest) => {
    const watched: TensorSource = {
      has: name => weights.has(name),
      get: name => {
        const weight = weights.get(name)
        // As in a page, where every tensor is a view of the file.
        const data = weight.data.slice()
        given.push(new WeakRef(data.buffer))
        return { ...weight, data } as typeof weight
      },
    }
    given.push(new WeakRef(watched))
    return build(runtime, manifest, watched, ...rest)
  }
}

type Open = (given: WeakRef<object>[]) => RerankService

const ignore = () => {}

const kernels: Open = given =>
  service<KernelRuntime>({ ...kernelHost(() => 1, startNodeThread), build: watching(buildKernelParts, given) })
const onnxruntime: Open = given => service({ plan: planNodeRuntimes, build: watching(buildOnnxParts, given) })

function service<Runtime extends OpenRuntime>(
  host: Pick<ServiceHost<Runtime>, 'plan' | 'build'>,
): EngineService<Runtime> {
  return new EngineService({ ...host, families: allFamilies, open: folder => new FolderSource(folder) })
}

test.each<[string, OracleName, Open]>([
  ['kernels', 'bert-relu', kernels],
  ['kernels', 'cross-encoder', kernels],
  ['kernels', 'embedder-bert', kernels],
  ['onnxruntime', 'bert-relu', onnxruntime],
  ['onnxruntime', 'cross-encoder', onnxruntime],
  ['onnxruntime', 'embedder-bert', onnxruntime],
  ['onnxruntime', 'colbert-bert', onnxruntime],
])('%s: a loaded model (%s) keeps nothing of its file', async (_, name, open) => {
  const given: WeakRef<object>[] = []
  const engine = open(given)
  const { out } = await converted(name, 'q8')
  await engine.load({ model: out, device: 'wasm', precision: 'auto', threads: 1 }, ignore, ignore)
  await new Promise(resolve => setTimeout(resolve, 50))
  collect()
  expect(given.length).toBeGreaterThan(10)
  expect(given.filter(ref => ref.deref()).length).toBe(0)
  await engine.dispose()
})
