import { expose } from 'comlink'
import { ortFiles } from '../src/runtime/ortFiles.js'
import { planWebRuntimes } from '../src/runtime/webRuntimes.js'
import { Service } from '../src/service/rerankService.js'
import { Verdicts } from '../src/store/deviceVerdicts.js'
import { openOpfs } from '../src/store/opfs.js'
import { UrlSource } from '../src/store/urlSource.js'
import { carryOneWay } from '../src/threads/callbackTransfer.js'
import { carryErrors } from '../src/threads/errorTransfer.js'
import { wired } from '../src/threads/exposeService.js'

let files = ortFiles()
const service = wired(
  new Service({
    plan: options => planWebRuntimes(options, files),
    open: model => new UrlSource(model, { openParts: openOpfs }),
    verdicts: new Verdicts(openOpfs),
  }),
)

carryErrors()
carryOneWay()
expose({
  ...service,
  load: (request, ...callbacks) => {
    files = request.ortFiles ?? files
    return service.load(request, ...callbacks)
  },
} satisfies typeof service)
