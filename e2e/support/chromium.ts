import { existsSync } from 'node:fs'
import type { LaunchOptions } from 'playwright/test'

/** The distribution's Chromium where there is one, else the one that `playwright install chromium` fetched. */
const DISTRIBUTION = '/usr/bin/chromium'

/** Neither updates nor telemetry while tests run. */
const QUIET = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Headless Chromium offers no adapter on a machine without a GPU unless told to; with this flag it is SwiftShader, on
 * the CPU.
 */
const SOFTWARE_GPU = '--enable-unsafe-webgpu'

/** How to start Chromium: with a WebGPU adapter, or as on a machine that has none. */
export function launchOptions(webgpu: boolean): LaunchOptions {
  return {
    // The channel chooses the full browser over the headless shell, which has no WebGPU.
    ...(existsSync(DISTRIBUTION) ? { executablePath: DISTRIBUTION } : { channel: 'chromium' }),
    args: [...QUIET, webgpu ? SOFTWARE_GPU : '--disable-features=WebGPU'],
  }
}
