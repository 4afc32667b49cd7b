import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright/test'
import { type OnnxGraph, selfContained } from '../src/graph/onnx.js'

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
  /** Operators that onnxruntime placed on the CPU, with how many of each. */
  offGpu: Record<string, number>
  /** Milliseconds of the fastest run after the first. */
  milliseconds: number
}

const ORT_FOLDER = fileURLToPath(new URL('../node_modules/onnxruntime-web/dist/', import.meta.url))

/** Serves an empty page at `/`, onnxruntime-web's files at /ort/ and what `graphs` holds at /graphs/. */
export async function serveGraphs(graphs: Map<string, OnnxGraph>): Promise<{ origin: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const [, folder, name = ''] = (request.url ?? '/').split('/')
    const graph = graphs.get(name)
    const type = name.endsWith('js') ? 'text/javascript' : name.endsWith('wasm') ? 'application/wasm' : 'text/html'
    response.setHeader('Content-Type', type)
    if (folder === 'ort') response.end(await readFile(ORT_FOLDER + name))
    else response.end(folder === 'graphs' && graph ? selfContained(graph) : '<!doctype html><title>Graphs</title>')
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

/** Runs a served graph once, or `runs` more times, on the page's WebGPU device. */
export async function runOnGpu(
  page: Page,
  graph: string,
  feeds: Record<string, WireTensor>,
  runs = 1,
): Promise<GraphRun> {
  const profile: string[] = []
  const listen = (message: { text(): string }) => profile.push(message.text())
  page.on('console', listen)
  const result = await page.evaluate(
    async ({ graph, feeds, runs }) => {
      const ort = await import('/ort/ort.webgpu.min.mjs' as string)
      ort.env.wasm.wasmPaths = new URL('/ort/', location.href).href
      ort.env.wasm.numThreads = 1
      const adapter = (await navigator.gpu.requestAdapter())!
      // Without subgroups, as on every adapter whose subgroups are narrower than the kernels assume.
      const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = adapter.limits
      const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX, maxStorageBuffersPerShaderStage } =
        adapter.limits
      const device = await adapter.requestDevice({
        requiredFeatures: adapter.features.has('shader-f16') ? ['shader-f16'] : [],
        requiredLimits: {
          maxBufferSize,
          maxStorageBufferBindingSize,
          maxComputeWorkgroupStorageSize,
          maxComputeInvocationsPerWorkgroup,
          maxComputeWorkgroupSizeX,
          maxStorageBuffersPerShaderStage,
        },
      })
      let dispatches = 0
      for (const method of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'] as const) {
        const original = GPUComputePassEncoder.prototype[method] as (...sizes: unknown[]) => void
        GPUComputePassEncoder.prototype[method] = function (this: GPUComputePassEncoder, ...sizes: unknown[]) {
          dispatches++
          return original.apply(this, sizes)
        } as never
      }
      const session = await ort.InferenceSession.create(`/graphs/${graph}`, {
        executionProviders: [{ name: 'webgpu', device }],
        enableProfiling: true,
      })
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { type, shape, values }]) => [
          name,
          new ort.Tensor(
            type,
            type === 'int64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values),
            shape,
          ),
        ]),
      )
      let outputs = await session.run(tensors)
      let fastest = Number.POSITIVE_INFINITY
      for (let run = 0; run < runs; run++) {
        dispatches = 0
        const start = performance.now()
        outputs = await session.run(tensors)
        fastest = Math.min(fastest, performance.now() - start)
      }
      session.endProfiling()
      return {
        dispatches,
        milliseconds: fastest,
        outputs: Object.fromEntries(
          Object.entries(outputs as Record<string, { dims: number[]; data: Float32Array }>).map(([name, tensor]) => [
            name,
            { type: 'float32' as const, shape: [...tensor.dims], values: [...tensor.data] },
          ]),
        ),
      }
    },
    { graph, feeds, runs },
  )
  page.off('console', listen)
  return { ...result, offGpu: cpuNodes(profile, runs + 1) }
}

/** Counts, in the profile that onnxruntime prints to the console line by line, the nodes that ran on the CPU. */
function cpuNodes(lines: string[], runs: number): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of lines.filter(line => line.includes('"CPUExecutionProvider"'))) {
    const { args } = JSON.parse(line.replace(/,\s*$/, '')) as { args: { op_name: string } }
    counts[args.op_name] = (counts[args.op_name] ?? 0) + 1 / runs
  }
  return counts
}
