import { expose } from 'comlink'
import { kernelHost } from '../src/runtime/kernelRuntimes.js'
import { usableThreads } from '../src/runtime/usableThreads.js'
import { EngineService } from '../src/service/engineService.js'
import { familyLoader } from '../src/service/familyLoader.js'
import { buildKernelParts } from '../src/service/kernelParts.js'
import { serveAsThread, startWebThread } from '../src/service/webThread.js'
import { DeviceVerdicts } from '../src/store/deviceVerdicts.js'
import { openParts } from '../src/store/openParts.js'
import { UrlSource } from '../src/store/urlSource.js'
import { registerCallbackTransfer } from '../src/threads/callbackTransfer.js'
import { registerErrorSender } from '../src/threads/errorTransfer.js'
import { withTransfers } from '../src/threads/withTransfers.js'

const verdicts = new DeviceVerdicts(openParts)
// Those of onnxruntime on the same device say nothing of the kernels.
const own = (key: readonly string[]) => ['kernels', ...key]

serveAsThread()
registerErrorSender()
registerCallbackTransfer()
expose(
  withTransfers(
    new EngineService({
      ...kernelHost(usableThreads, startWebThread),
      build: buildKernelParts,
      families: familyLoader,
      open: model => new UrlSource(model, { openParts }),
      verdicts: {
        read: key => verdicts.read(own(key)),
        keep: (key, verdict) => verdicts.keep(own(key), verdict),
      },
    }),
  ),
)
