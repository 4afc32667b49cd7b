import { expose } from 'comlink'
import { carryErrors } from '../src/client/carryErrors.js'
import { carryOneWay } from '../src/client/oneWay.js'
import { Service } from '../src/pipeline/service.js'
import { ortFiles } from '../src/runtime/ortFiles.js'
import { planWebRuntimes } from '../src/runtime/webRuntimes.js'
import { openOpfs } from '../src/store/opfs.js'
import { UrlSource } from '../src/store/urlSource.js'
import { Verdicts } from '../src/store/verdicts.js'
import { wired } from './wired.js'

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
