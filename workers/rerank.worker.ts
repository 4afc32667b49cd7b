import { expose } from 'comlink'
import { ortFiles } from '../src/runtime/ortFiles.js'
import { planWebRuntimes } from '../src/runtime/webRuntimes.js'
import { EngineService } from '../src/service/engineService.js'
import { familyLoader } from '../src/service/familyLoader.js'
import { buildOnnxParts } from '../src/service/onnxParts.js'
import { DeviceVerdicts } from '../src/store/deviceVerdicts.js'
import { openParts } from '../src/store/openParts.js'
import { UrlSource } from '../src/store/urlSource.js'
import { registerCallbackTransfer } from '../src/threads/callbackTransfer.js'
import { registerErrorSender } from '../src/threads/errorTransfer.js'
import { announceThreadStarts } from '../src/threads/threadStarts.js'
import { withTransfers } from '../src/threads/withTransfers.js'

let files = ortFiles()
const service = withTransfers(
  new EngineService({
    plan: options => planWebRuntimes(options, files),
    build: buildOnnxParts,
    families: familyLoader,
    open: model => new UrlSource(model, { openParts }),
    verdicts: new DeviceVerdicts(openParts),
  }),
)

announceThreadStarts()
registerErrorSender()
registerCallbackTransfer()
expose({
  ...service,
  load: (request, ...callbacks) => {
    files = request.files?.ort ?? files
    return service.load(request, ...callbacks)
  },
} satisfies typeof service)
