import { parseArgs } from 'node:util'
import { type ConversionProgress, convert } from '../../models/convert/convert.js'
import { exportOnnx, isModelFolder } from '../../models/convert/exportOnnx.js'
import { type CommandContext, type ExitCode, oneOf, renderHelp, usageError, wholeNumber } from './command.js'
import { print, progress } from './output.js'

const options = {
  out: { type: 'string', value: '<folder>', about: 'The folder to make. Required.' },
  dtype: { type: 'string', value: 'q8|q4|fp32', default: 'q8', about: 'How the weights are stored.' },
  wide: {
    type: 'string',
    value: '<n>',
    default: '0',
    about: 'With q4: store the n encoder layers that lose most in 8 bits.',
  },
  views: { type: 'string', value: '<n>', about: 'Number of views; 4, or what the checkpoint fixes.' },
  'max-length': {
    type: 'string',
    value: '<n>',
    about: 'Longest prompt in tokens; 256, or what the checkpoint says or can read.',
  },
  onnx: { type: 'boolean', about: 'Also write the graphs as .onnx files.' },
  name: { type: 'string', value: '<text>', about: "The model's name; that of the output folder." },
  license: { type: 'string', value: '<text>', about: "The weights' licence; that of the checkpoint's README.md." },
  origin: { type: 'string', value: '<text>', about: 'Where the checkpoint came from; the name of its folder.' },
  force: { type: 'boolean', about: 'Replace the output folder if it holds a model.' },
} as const

const command = {
  name: 'convert',
  summary: 'Turn a checkpoint into a model folder that browsers can load.',
  usage: '<checkpoint folder> --out <folder> [options]',
  options,
  details: `
Reads T5 encoder-decoders (MVP checkpoints), mvp-bert checkpoints and pointwise cross-encoders (BertForSequenceClassification, one label): config.json; model.safetensors or pytorch_model.bin, whole or in shards
with an index, in float32, float16 or bfloat16; tokenizer.json, spiece.model or vocab.txt. A pickle is read without being run.
Writes manifest.json, weights.safetensors and tokenizer.json; nothing is left behind if it fails.
With --onnx a folder that was converted already is taken too: it is copied, and its graphs are written beside it.
Output: a JSON report of sizes, and of the loss against full precision on a fixed list of passages: by precision, the largest difference of a
score, and Kendall's tau of the order by depth.

Exit code: 0 converted; 1 failed; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank convert ./MVP-base --out ./public/models/mvp-base --max-length 256',
    'mvp-rerank convert ./checkpoint --out ./small --dtype q4 --onnx',
    'mvp-rerank convert ./public/models/mvp-mini --out ./graphs --onnx',
  ],
  run: async () => 0 as const,
}

/** `mvp-rerank convert`: progress on stderr, a JSON report on stdout. */
export async function convertCommand(argv: string[], context?: CommandContext): Promise<ExitCode> {
  if (argv.includes('--help') || argv.includes('-h')) {
    await print(renderHelp(command))
    return 0
  }
  const { values, folder } = parse(argv)
  const { out, dtype = 'q8', wide, views, name, license, origin, onnx = false, force = false } = values
  if (out === undefined) throw usageError('--out is missing', 'convert')
  if (onnx && isModelFolder(folder)) {
    const names = ['views', 'max-length', 'name', 'license', 'origin', 'force'] as const
    const fixed = dtype === options.dtype.default ? names.find(name => name in values) : 'dtype'
    if (fixed) throw usageError(`--${fixed} is settled: ${folder} was converted already`, 'convert')
    return exportCommand(folder, out)
  }
  const maxLength = values['max-length']
  const report = await convert(folder, {
    out,
    dtype: oneOf('convert', 'dtype', dtype, ['q8', 'q4', 'fp32'] as const),
    ...(wide === undefined ? {} : { wide: wholeNumber('convert', 'wide', wide, 0) }),
    ...(views === undefined ? {} : { views: wholeNumber('convert', 'views', views, 1) }),
    ...(maxLength === undefined ? {} : { maxLength: wholeNumber('convert', 'max-length', maxLength, 1) }),
    ...(name === undefined ? {} : { name }),
    ...(license === undefined ? {} : { license }),
    ...(origin === undefined ? {} : { origin }),
    onnx,
    force,
    onProgress: show,
    ...(context ? { signal: context.signal } : {}),
  })
  progress.clear()
  await print(`${JSON.stringify(report, null, 2)}\n`)
  return 0
}

/** The graphs of a model that is there already. */
async function exportCommand(folder: string, out: string): Promise<ExitCode> {
  const files = await exportOnnx(folder, { out, onProgress: share => show({ phase: 'onnx', share }) })
  progress.clear()
  await print(`${JSON.stringify({ out, files }, null, 2)}\n`)
  return 0
}

function parse(argv: string[]) {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true })
  } catch (cause) {
    throw usageError((cause as Error).message, 'convert', cause)
  }
  const [folder, ...more] = parsed.positionals
  if (folder === undefined) throw usageError('the checkpoint folder is missing', 'convert')
  if (more.length > 0)
    throw usageError(`one checkpoint folder is expected, not ${parsed.positionals.length}`, 'convert')
  return { values: parsed.values, folder }
}

const WORK = { weights: 'Converting the weights', probe: 'Measuring the loss', onnx: 'Writing .onnx files' }

function show({ phase, share }: ConversionProgress): void {
  progress.update(`${WORK[phase]} ${Math.floor(share * 100)} %`)
}
