import { RerankError } from '../api/errors.js'
import { logTo } from '../server/log.js'
import { RerankServer } from '../server/server.js'
import { type CommandSpec, usageError, wholeNumber } from './command.js'
import { openReranker, rerankerOptions, rerankerSettings } from './reranker.js'

const options = {
  model: { value: '<folder|name>', about: 'A converted model. Required.' },
  ...rerankerOptions,
  host: { value: '<address>', default: '127.0.0.1', about: 'Where to listen; 0.0.0.0: everywhere.' },
  port: { value: '<n>', default: '8080', about: 'Port to listen on; 0: any free port.' },
  queue: { value: '<n>', default: '32', about: 'Requests that may wait; the next one gets 429.' },
  'max-passages': { value: '<n>', default: '1000', about: 'Most passages in a request.' },
  'max-body': { value: '<bytes>', default: '8388608', about: 'Largest request, in bytes.' },
  'code-cache': {
    value: '<bytes>',
    default: '0',
    about: 'Memory for codes of recurring passages, about 3 kB each; only hashes are kept beside the codes.',
  },
  'served-model-name': {
    value: '<name>',
    repeated: true,
    default: "the model's own",
    about: 'A name by which requests may ask for the model; may be repeated. Answers carry the first.',
  },
  'any-model': { about: 'Answer requests for models of any name.' },
  'allow-origin': {
    value: '<origin>',
    repeated: true,
    about: 'Let pages of this origin send requests (CORS); may be repeated; *: all origins.',
  },
  grace: { value: '<seconds>', default: '30', about: 'Time to finish running requests on shutdown.' },
} as const

export const serveCommand: CommandSpec<typeof options> = {
  name: 'serve',
  summary: 'Answer rerank requests over HTTP, in the protocols of Cohere, Jina, TEI, vLLM and Infinity.',
  usage: '--model <folder|name> [options]',
  options,
  details: `
POST /v2/rerank   Cohere          {"query", "documents": [string | object], "top_n"?, "rank_fields"?, "model"?}
POST /v1/rerank   Jina, Cohere    the same, and "return_documents"?
POST /rerank      vLLM, Infinity  the same
     any of these TEI             {"query", "texts": [string], "raw_scores"?, "return_text"?}
POST /score       vLLM            {"text_1": string | [string], "text_2": string | [string]}; also /v1/score
GET  /info        TEI's description of the server
GET  /v1/models   the model's names; also /models
GET  /health      200 as long as the process runs
GET  /ready       200 once the model is loaded and until it stops, else 503
GET  /metrics     in the text format of Prometheus

Scores are mapped to 0 … 1, but they are not probabilities; "raw_scores": true leaves them as they are.
The server ranks one list at a time. With MVP_RERANK_KEY in the environment, requests must carry "Authorization: Bearer <key>".
On SIGTERM or SIGINT, the server refuses new requests, answers those that it has accepted, and exits.
Log: JSON lines on stdout, without queries, passages or keys.

Exit code: 0 stopped; 1 failed; 2 wrong usage; 130 stopped by SIGINT.`,
  examples: [
    'mvp-rerank serve --model mvp-mini --port 8080',
    'mvp-rerank serve --model mvp-mini --served-model-name rerank-v3.5',
    'MVP_RERANK_KEY=secret mvp-rerank serve --model mvp-mini --host 0.0.0.0',
  ],

  async run(values, { signal }) {
    if (values.model === undefined) throw usageError('--model is missing', 'serve')
    const count = (
      name: 'port' | 'queue' | 'max-passages' | 'max-body' | 'code-cache' | 'grace',
      value: string | undefined,
      least: number,
    ) => wholeNumber('serve', name, value ?? options[name].default, least)
    const settings = rerankerSettings('serve', values.model, values)
    settings.create.codeCacheBytes = count('code-cache', values.codeCache, 0)
    if (values.servedModelName?.includes('')) throw usageError('--served-model-name is empty', 'serve')
    const key = process.env.MVP_RERANK_KEY
    const log = logTo(line => void process.stdout.write(line))
    const server = new RerankServer({
      host: values.host ?? options.host.default,
      port: count('port', values.port, 0),
      queue: count('queue', values.queue, 0),
      maxPassages: count('max-passages', values.maxPassages, 1),
      maxBytes: count('max-body', values.maxBody, 1),
      ...(key ? { key } : {}),
      ...(values.servedModelName ? { modelNames: values.servedModelName } : {}),
      anyModel: values.anyModel ?? false,
      ...(values.allowOrigin ? { allowOrigins: values.allowOrigin } : {}),
      rank: settings.rank,
      log,
    })
    const graceMs = 1000 * count('grace', values.grace, 0)

    const stop = untilStopped(signal)
    log('listening', { url: await server.listen().catch(cannotListen) })
    const loading = openReranker(settings, stop.signal)
    try {
      const reranker = await loading
      const { model, device, precision } = reranker.info
      server.serve(reranker, await openCutter(values.model, stop.signal))
      log('ready', { model, device, precision })
      await stop.stopped
    } catch (error) {
      // Stopped before the model was loaded.
      if (!stop.signal.aborted) {
        await server.stop(0)
        throw error
      }
    }
    log('stopping')
    await server.stop(graceMs)
    log('stopped')
    return signal.aborted ? 130 : 0
  },
}

/** Imported late, as the engine is. */
async function openCutter(model: string, signal: AbortSignal) {
  const { openTokenCutter } = await import('../service/tokenCutter.js')
  return openTokenCutter(model, signal)
}

function untilStopped(interrupt: AbortSignal): { signal: AbortSignal; stopped: Promise<void> } {
  const terminated = new AbortController()
  process.once('SIGTERM', () => terminated.abort())
  if (process.env.npm_command === 'exec') onceOrphaned(() => terminated.abort())
  const signal = AbortSignal.any([interrupt, terminated.signal])
  return { signal, stopped: new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true })) }
}

/** npx starts a command through a shell and passes SIGTERM to the shell, which ends without passing it on. */
function onceOrphaned(stop: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, 250)
  timer.unref()
}

function cannotListen(cause: NodeJS.ErrnoException): never {
  throw new RerankError('bad-option', `Cannot listen: ${cause.message}`, {
    cause,
    remedy: 'Choose another --host or --port.',
  })
}
