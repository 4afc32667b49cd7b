import { defineConfig } from 'playwright/test'
import { launchOptions } from './e2e/support/chromium.js'

const MINUTE = 60_000

/**
 * Tests in a real browser, against the output of `npm run build`: `*.wgpu.spec.ts` on WebGPU, the others without.
 * `*.full.spec.ts` and `*.visual.spec.ts` (every page and state) take long.
 */
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/convertModels.ts',
  outputDir: 'test-results',
  // One at a time: the software GPU and WebAssembly threads use all cores.
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
