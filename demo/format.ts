const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const tenth = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

export const formatCount = (count: number): string => whole.format(count)

/** With a true minus, as wide as the digits. */
export const formatScore = (score: number): string => score.toFixed(2).replace('-', '−')

/** Decimal megabytes, as download sizes are given. */
export const formatMegabytes = (bytes: number): string => tenth.format(bytes / 1e6)

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return 'under 1 ms'
  return milliseconds < 1000 ? `${whole.format(milliseconds)} ms` : `${tenth.format(milliseconds / 1000)} s`
}

export function formatRate(perSecond: number): string {
  return perSecond < 10 ? tenth.format(perSecond) : whole.format(perSecond)
}

export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

const devices: Record<string, string> = { webgpu: 'WebGPU', wasm: 'WASM', cpu: 'CPU' }

export const deviceName = (device: string): string => devices[device] ?? device

export const depthName = (depth: number | 'cascade'): string => (depth === 'cascade' ? depth : plural(depth, 'layer'))
