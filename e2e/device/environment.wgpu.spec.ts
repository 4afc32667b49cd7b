import { expect, test } from '../support/test.js'

test('the browser offers a WebGPU adapter and computes with it', async ({ page }) => {
  await page.goto('/blank.html')
  const doubled = await page.evaluate(async () => {
    const device = await (await navigator.gpu.requestAdapter())!.requestDevice()
    const usage = GPUBufferUsage
    const numbers = device.createBuffer({ size: 16, usage: usage.STORAGE | usage.COPY_SRC | usage.COPY_DST })
    const back = device.createBuffer({ size: 16, usage: usage.MAP_READ | usage.COPY_DST })
    device.queue.writeBuffer(numbers, 0, new Float32Array([1, 2, 3, 4]))
    const code = `@group(0) @binding(0) var<storage, read_write> x: array<f32>;
      @compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { x[i] = 2 * x[i]; }`
    const pipeline = device.createComputePipeline({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code }) },
    })
    const entries = [{ binding: 0, resource: { buffer: numbers } }]
    const commands = device.createCommandEncoder()
    const pass = commands.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }))
    pass.dispatchWorkgroups(1)
    pass.end()
    commands.copyBufferToBuffer(numbers, 0, back, 0, 16)
    device.queue.submit([commands.finish()])
    await back.mapAsync(GPUMapMode.READ)
    return [...new Float32Array(back.getMappedRange())]
  })
  expect(doubled).toEqual([2, 4, 6, 8])
})
