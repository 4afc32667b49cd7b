import type { DeviceStatus, Status } from '../src/index.js'
import type { EngineState } from './demoEngine.js'
import { depthName, deviceName, formatMegabytes } from './format.js'

/** The model's state in words. */
export interface EngineDescription {
  /** A few words for the page's header, of about the same width in every state. */
  short: string
  text: string
  remark: string
  /** Progress, 0 to 1, if it is known. */
  share?: number
}

export function describeEngine(state: EngineState): EngineDescription {
  switch (state.phase) {
    case 'idle':
      return { short: 'Keywords only', text: 'Not downloaded', remark: 'Results are ordered by words.' }
    case 'loading':
      return describeLoading(state)
    case 'ready': {
      const { model, dtype, views, depth, device, precision } = state.reranker.info
      const lost = state.notes.findLast(isDeviceStatus)?.kind === 'lost'
      // The text above names the chosen device; the remark holds everything else.
      const remarks = state.notes.filter(({ kind }) => kind !== 'chosen').map(({ reason }) => reason)
      return {
        short: lost ? 'Recovering' : `On your ${device === 'webgpu' ? 'GPU' : 'CPU'}`,
        text: lost ? 'The device was lost, trying again …' : `Ready: ${deviceName(device)}, ${precision}`,
        remark:
          remarks.length > 0
            ? [...new Set(remarks)].join(' ')
            : `${model}, ${dtype}: ${views} views, ${depthName(depth)}`,
      }
    }
    case 'failed':
      return { short: 'Keywords only', text: 'The model did not load', remark: 'Results are ordered by words.' }
  }
}

function describeLoading({ progress }: EngineState & { phase: 'loading' }): EngineDescription {
  if (progress === undefined) return { short: 'Starting', text: 'Starting …', remark: '' }
  const { phase, loaded, total } = progress
  const share = total > 0 ? loaded / total : 0
  switch (phase) {
    case 'download': {
      const short = `Model ${Math.floor(100 * share)} %`
      const remark = `${formatMegabytes(loaded)} of ${formatMegabytes(total)} MB`
      return { short, text: 'Loading the model', remark, share }
    }
    case 'load':
      return { short: 'Preparing', text: 'Preparing the device …', remark: '', share }
    case 'check':
      return { short: 'Checking', text: 'Checking the device …', remark: 'Against known scores', share }
  }
}

function isDeviceStatus(status: Status): status is DeviceStatus {
  return 'device' in status
}
