import { defineConfig } from 'playwright/test'
import { launchOptions } from '../e2e/support/chromium.js'

/** `npm run bench`: one browser, one engine at a time. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.bench.ts',
  // Not the tests' folder: each run empties its own, and the pictures of `test:full` would be gone.
  outputDir: '../.cache/bench-output',
  workers: 1,
  timeout: 60 * 60_000,
  reporter: 'list',
  use: { launchOptions: launchOptions(false) },
})
