import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright/test'
import { type OnnxGraph, selfContained } from '../../src/graph/onnx.js'

/** A tensor on its way to the page and back. */
export interface WireTensor {
  type: 'float32' | 'int64'
  shape: number[]
  values: number[]
}

export interface GraphRun {
  outputs: Record<string, WireTensor>
  /** Compute dispatches of one run after the first. */
  dispatches: number
  /** Writes into the GPU's buffers in the same run. */
  uploads: number
  /** Shaders compiled in the session's first run. */
  shaders: number
  /** Operators of float results that onnxruntime placed on the CPU. Shapes and indices are computed there. */
  floatsOffGpu: string[]
}

const ORT_FOLDER = fileURLToPath(new URL('../../node_modules/onnxruntime-web/dist/', import.meta.url))

/**
 * Serves an empty page at `/`, onnxruntime-web's files at /ort/, and `graphs` (built here, or a file's bytes) at
 * /graphs/.
 */
export async function serveGraphs(
  graphs: Map<string, OnnxGraph | Uint8Array>,
): Promise<{ origin: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const [, folder, name = ''] = (request.url ?? '/').split('/')
    const graph = graphs.get(name)
    const type = name.endsWith('js') ? 'text/javascript' : name.endsWith('wasm') ? 'application/wasm' : 'text/html'
    response.setHeader('Content-Type', type)
    if (folder === 'ort') response.end(await readFile(ORT_FOLDER + name))
    else if (folder === 'graphs' && graph) {
      response.end(graph instanceof Uint8Array ? graph : selfContained(graph))
    } else response.end('<!doctype html><title>Graphs</title>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Runs a served graph twice, on the page's one WebGPU device. */
export async function runOnGpu(page: Page, graph: string, feeds: Record<string, WireTensor>): Promise<GraphRun> {
  const log: string[] = []
  const listen = (message: { text(): string }) => log.push(message.text())
  page.on('console', listen)
  const result = await page.evaluate(runInPage, { graph, feeds })
  page.off('console', listen)
  return { ...result, floatsOffGpu: floatNodesOnCpu(log) }
}

/** Runs in the page, so it cannot use anything else in this file. */
async function runInPage({ graph, feeds }: { graph: string; feeds: Record<string, WireTensor> }) {
  const ort = await import('/ort/ort.webgpu.min.mjs' as string)
  const none = { dispatches: 0, uploads: 0, shaders: 0 }
  const shared = window as unknown as { device?: GPUDevice; counts: typeof none }
  if (!shared.device) {
    ort.env.wasm.wasmPaths = new URL('/ort/', location.href).href
    ort.env.wasm.numThreads = 1
    const adapter = (await navigator.gpu.requestAdapter())!
    const limits = ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxStorageBuffersPerShaderStage'] as const
    // Without subgroups, as on every adapter whose subgroups are narrower than the kernels assume.
    shared.device = await adapter.requestDevice({
      requiredLimits: Object.fromEntries(limits.map(name => [name, adapter.limits[name]])),
    })
    const count = (owner: object, what: keyof typeof none, ...methods: string[]) => {
      const all = owner as Record<string, (...given: unknown[]) => unknown>
      for (const method of methods) {
        const original = all[method]!
        all[method] = function (this: unknown, ...given) {
          shared.counts[what]++
          return original.apply(this, given)
        }
      }
    }
    count(GPUComputePassEncoder.prototype, 'dispatches', 'dispatchWorkgroups', 'dispatchWorkgroupsIndirect')
    count(GPUQueue.prototype, 'uploads', 'writeBuffer')
    count(GPUDevice.prototype, 'shaders', 'createComputePipeline', 'createComputePipelineAsync')
  }
  shared.counts = { ...none }
  const session = await ort.InferenceSession.create(`/graphs/${graph}`, {
    executionProviders: [{ name: 'webgpu', device: shared.device }],
    enableProfiling: true,
  })
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { type, shape, values }]) => {
      const data = type === 'int64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values)
      return [name, new ort.Tensor(type, data, shape)]
    }),
  )
  await session.run(tensors)
  const { shaders } = shared.counts
  shared.counts = { ...none }
  const results = Object.entries((await session.run(tensors)) as Record<string, { dims: number[]; data: Float32Array }>)
  const outputs: Record<string, WireTensor> = {}
  for (const [name, { dims, data }] of results) outputs[name] = { type: 'float32', shape: [...dims], values: [...data] }
  const { dispatches, uploads } = shared.counts
  session.endProfiling()
  await session.release()
  return { dispatches, uploads, shaders, outputs }
}

/** Reads the profile that onnxruntime prints to the console, one line per node. */
function floatNodesOnCpu(lines: string[]): string[] {
  return lines.flatMap(line => {
    if (!line.includes('"CPUExecutionProvider"')) return []
    const { args } = JSON.parse(line.replace(/,\s*$/, ''))
    return args.output_type_shape.some((output: object) => 'float' in output) ? [args.op_name as string] : []
  })
}
