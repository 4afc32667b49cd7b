/**
 * Draws the app's icons from public/favicon.svg into public/: `node .ci/icons.mjs`. Their bytes depend on the browser,
 * so the icons are committed and this is run by hand.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'

const root = fileURLToPath(new URL('..', import.meta.url))
const svg = readFileSync(join(root, 'public/favicon.svg'), 'utf8')

/**
 * `share`: the part of the edge that the drawing takes. A maskable icon may be cut to a circle of 80 %, so its ground
 * fills the whole icon.
 */
const icons = [
  { file: 'apple-touch-icon.png', size: 180, share: 0.72, ground: '#0a6e5c' },
  { file: 'icons/192.png', size: 192, share: 1 },
  { file: 'icons/512.png', size: 512, share: 1 },
  { file: 'icons/maskable-192.png', size: 192, share: 0.68, ground: '#0a6e5c' },
  { file: 'icons/maskable-512.png', size: 512, share: 0.68, ground: '#0a6e5c' },
]

const executablePath = existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const page = await browser.newPage()
for (const { file, size, share, ground = 'transparent' } of icons) {
  await page.setViewportSize({ width: size, height: size })
  const edge = Math.round(size * share)
  await page.setContent(`<style>body{margin:0;height:100vh;display:grid;place-items:center;background:${ground}}
    svg{width:${edge}px;height:${edge}px}</style>${svg}`)
  await page.screenshot({ path: join(root, 'public', file), omitBackground: true })
}
await browser.close()
