import { expose } from 'comlink'
import { allFamilies } from '../../src/engine/allFamilies.js'
import { ortFiles } from '../../src/runtime/ortFiles.js'
import { planWebRuntimes } from '../../src/runtime/webRuntimes.js'
import { EngineService } from '../../src/service/engineService.js'
import { buildOnnxParts } from '../../src/service/onnxParts.js'
import { openParts } from '../../src/store/openParts.js'
import { UrlSource } from '../../src/store/urlSource.js'
import { registerCallbackTransfer } from '../../src/threads/callbackTransfer.js'
import { registerErrorSender } from '../../src/threads/errorTransfer.js'
import { withTransfers } from '../../src/threads/withTransfers.js'

/** What the encoder's graphs took, run for run, and nothing around them. */
export interface RunTimes {
  ms: number
  batches: number
}

const times: RunTimes = { ms: 0, batches: 0 }
// Asked for by the page: the times since it last asked.
new BroadcastChannel('bench').onmessage = ({ target }) => {
  ;(target as BroadcastChannel).postMessage({ ...times })
  Object.assign(times, { ms: 0, batches: 0 })
}

registerErrorSender()
registerCallbackTransfer()
expose(
  withTransfers(
    new EngineService({
      plan: async options => {
        const plans = await planWebRuntimes(options, ortFiles())
        return plans.map(plan => ({
          ...plan,
          open: async () => {
            const runtime = await plan.open()
            return {
              ...runtime,
              createSession: async (graph, onDevice) => {
                const session = await runtime.createSession(graph, onDevice)
                // The anchor's is our own cost: nobody runs it after each batch but we.
                if (!graph.externalData.some(({ path }) => path.startsWith('encoder.'))) return session
                return {
                  ...session,
                  run: async (feeds, outputs) => {
                    const start = performance.now()
                    const result = await session.run(feeds, outputs)
                    times.ms += performance.now() - start
                    if ('input_ids' in feeds) times.batches++
                    return result
                  },
                }
              },
            }
          },
        }))
      },
      build: buildOnnxParts,
      families: allFamilies,
      open: model => new UrlSource(model, { openParts }),
    }),
  ),
)
