import { defineConfig } from 'playwright/test'
import { launchOptions } from './e2e/support/chromium.js'
import { LONG } from './e2e/support/long.js'

const MINUTE = 60_000

/**
 * Tests in a real browser, against the output of `npm run build`: `*.wgpu.spec.ts` on WebGPU, the others without.
 * `*.full.spec.ts`, `*.visual.spec.ts` (every page and state) and, on the software GPU, tests tagged LONG take long.
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
      grepInvert: new RegExp(LONG),
      timeout: 4 * MINUTE,
      use: { launchOptions: launchOptions(true) },
    },
    {
      name: 'webgpu-long',
      testMatch: '**/*.wgpu.spec.ts',
      grep: new RegExp(LONG),
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
