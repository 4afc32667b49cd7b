import type { Page } from 'playwright/test'

declare global {
  interface Window {
    /** Makes workers that run a script before the library's own. */
    workerAfter: (script: string) => () => Worker
    /** Sends a message to the scripts in all workers. */
    tellWorkers: (message: string) => void
  }
}

/**
 * Lets a page make workers that simulate a broken browser: the test's script may call `told(message, listener)`.
 */
export async function offerBrokenWorkers(page: Page): Promise<void> {
  await page.evaluate(told => {
    const module = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
    const news = new BroadcastChannel('faults')
    window.workerAfter = script => () => {
      // Imports run in order.
      const both = `import ${JSON.stringify(module(told + script))}; import '${location.origin}/dist/rerank.worker.js'`
      return new Worker(module(both), { type: 'module' })
    }
    window.tellWorkers = message => news.postMessage(message)
  }, broken.told)
}

/** Scripts for workers. */
export const broken = {
  /** What scripts that listen to `tellWorkers` need. */
  told: `const told = (message, act) => new BroadcastChannel('faults').addEventListener('message', e => e.data === message && act());`,
  /** The adapter's info has other values. */
  adapterInfo: (said: Partial<Record<keyof GPUAdapterInfo, unknown>>) => `{
    const { get } = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'info')
    const said = ${JSON.stringify(said)}
    const lie = info => new Proxy(info, { get: (real, key) => key in said ? said[key] : real[key] })
    Object.defineProperty(GPUAdapter.prototype, 'info', { get() { return lie(get.call(this)) } })
  }`,
  /** The adapter's `info` is missing, as in Chrome before 127, or lacks fields, as in Safari. */
  silentAdapter: (info: 'missing' | 'empty') => `{
    const get = () => ${info === 'missing' ? 'undefined' : '({})'}
    for (const owner of [GPUAdapter, GPUDevice]) {
      const name = owner === GPUAdapter ? 'info' : 'adapterInfo'
      Object.defineProperty(owner.prototype, name, { get })
    }
  }`,
  /** Shared memory whose maximum exceeds this many pages is refused, as on iOS. */
  sharedMemory: (most: number) => `{
    const { Memory } = WebAssembly
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor) {
        if (descriptor.shared && descriptor.maximum > ${most}) throw new RangeError('Out of memory')
        super(descriptor)
      }
    }
  }`,
  /** There is no SharedArrayBuffer, though the page is isolated, as in WebKitGTK. */
  sharedArrayBuffer: 'delete globalThis.SharedArrayBuffer',
  /** In the worker, `new Worker` never returns, as now and then in Firefox. */
  nestedWorkers: `self.Worker = class {
    constructor() {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    }
  }`,
  /** The shader compiler takes one function for another. */
  shaders: (from: string, to: string) => `{
    const { createShaderModule } = GPUDevice.prototype
    GPUDevice.prototype.createShaderModule = function (descriptor) {
      const code = descriptor.code.replaceAll(/\\b${from}\\(/g, '${to}(')
      return createShaderModule.call(this, { ...descriptor, code })
    }
  }`,
  /** The message 'lose' takes the GPU away. */
  device: `{
    const { requestDevice } = GPUAdapter.prototype
    GPUAdapter.prototype.requestDevice = async function (descriptor) {
      const device = await requestDevice.call(this, descriptor)
      told('lose', () => device.destroy())
      return device
    }
  }`,
  /** After the message 'starve', no memory is left. */
  memory: `{
    const { grow } = WebAssembly.Memory.prototype
    let starved = false
    told('starve', () => { starved = true })
    WebAssembly.Memory.prototype.grow = function (pages) {
      if (starved) throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded')
      return grow.call(this, pages)
    }
  }`,
}
