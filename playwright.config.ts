import { defineConfig } from 'playwright/test'
import { launchOptions } from './e2e/support/chromium.js'

const MINUTE = 60_000

/** Tests in a real browser, against what `npm run build` made: `*.wgpu.spec.ts` on WebGPU, the others without; `*.full.spec.ts`, and `*.visual.spec.ts` of every
 * page and state, are long. */
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/convertModels.ts',
  outputDir: 'test-results',
  // One at a time: the software GPU and the threads of WebAssembly take all cores.
  workers: 1,
  forbidOnly: !!process.env.CI,
  reporter: process.env.E2E_REPORT ? [['list'], ['json', { outputFile: process.env.E2E_REPORT }]] : 'list',
  use: { screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'wasm',
      testMatch: '**/*.spec.ts',
      testIgnore: ['**/*.wgpu.spec.ts', '**/*.full.spec.ts', '**/*.visual.spec.ts'],
      timeout: 2 * MINUTE,
      use: { launchOptions: launchOptions(false) },
    },
    {
      name: 'webgpu',
      testMatch: '**/*.wgpu.spec.ts',
      timeout: 4 * MINUTE,
      use: { launchOptions: launchOptions(true) },
    },
    {
      name: 'visual',
      testMatch: '**/*.visual.spec.ts',
      timeout: 2 * MINUTE,
      use: { launchOptions: launchOptions(false) },
    },
    {
      name: 'full',
      testMatch: '**/*.full.spec.ts',
      timeout: 30 * MINUTE,
      use: { launchOptions: launchOptions(true) },
    },
  ],
})
