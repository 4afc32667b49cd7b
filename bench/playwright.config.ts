import { defineConfig } from 'playwright/test'
import { launchOptions } from '../e2e/chromium.js'

/** `npm run bench`: one browser, one engine at a time. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.bench.ts',
  outputDir: '../test-results',
  workers: 1,
  timeout: 60 * 60_000,
  reporter: 'list',
  use: { launchOptions: launchOptions(false) },
})
