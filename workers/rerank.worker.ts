import { expose } from 'comlink'
import { carryErrors } from '../src/client/carryErrors.js'
import { Service } from '../src/pipeline/service.js'
import { planWebRuntimes } from '../src/runtime/webRuntimes.js'
import { openOpfs } from '../src/store/opfs.js'
import { UrlSource } from '../src/store/urlSource.js'
import { Verdicts } from '../src/store/verdicts.js'
import { wired } from './wired.js'

// onnxruntime-web's files lie beside the worker, wherever that is served from.
const here = import.meta.url
const runtimeFiles = new URL('./', here)

carryErrors()
expose(
  wired(
    new Service({
      plan: options => planWebRuntimes(options, runtimeFiles),
      open: model => new UrlSource(model, { openParts: openOpfs }),
      verdicts: new Verdicts(openOpfs),
    }),
  ),
)
