import type { ConversionProgress } from '../../models/convert/convert.js'
import { type CommandSpec, type ExitCode, type OptionValues, oneOf, usageError, wholeNumber } from './command.js'
import { print, progress } from './output.js'

const options = {
  out: { value: '<folder>', about: 'The folder to make. Required.' },
  dtype: { value: '<q8|q4|fp32>', default: 'q8', about: 'How the weights are stored.' },
  wide: {
    value: '<n>',
    default: '0',
    about: 'With q4: store in 8 bits the n encoder layers that lose most.',
  },
  views: { value: '<n>', default: '4, or what the checkpoint fixes', about: 'Number of views.' },
  'max-length': {
    value: '<n>',
    default: '256, or what the checkpoint says or can read',
    about: 'Longest prompt, in tokens.',
  },
  pooling: {
    value: '<mean|cls|last>',
    default: "the checkpoint's",
    about: 'For an embedder: how the vectors of tokens become one vector.',
  },
  dimensions: { value: '<n>', about: 'For an embedder: how many leading numbers of a vector to keep (Matryoshka).' },
  'query-prompt': {
    value: '<text>',
    default: "the checkpoint's",
    about: 'Text to put before queries, such as "query: ".',
  },
  'passage-prompt': { value: '<text>', default: "the checkpoint's", about: 'Text to put before passages.' },
  languages: {
    value: '<codes>',
    about: "For vocabularies like XLM-R's: keep only the pieces of these languages, such as en,de,zh.",
  },
  texts: {
    value: '<file>',
    about: 'With --languages: of pieces in Latin, Cyrillic and Arabic letters, keep only those that these texts need.',
  },
  pieces: { value: '<n>', about: 'With --languages: keep at most n pieces, those that the texts need most.' },
  answers: {
    value: '<yes,no>',
    about: 'For a T5 that answers with a word, like monoT5: the two words, such as true,false.',
  },
  onnx: { about: 'Also write the graphs as .onnx files.' },
  name: { value: '<text>', default: "the output folder's", about: "The model's name." },
  license: {
    value: '<text>',
    default: "that in the checkpoint's README.md",
    about: 'The license of the weights.',
  },
  origin: { value: '<text>', default: 'the name of its folder', about: 'Where the checkpoint came from.' },
  force: { about: 'Replace the output folder if it holds a model.' },
} as const

export const convertCommand: CommandSpec<typeof options> = {
  name: 'convert',
  summary: 'Turn a checkpoint into a model folder that browsers can load.',
  usage: '<checkpoint> --out <folder> [options]',
  arguments: '<checkpoint>',
  options,
  details: `
Reads T5 encoder-decoders (MVP checkpoints, and with --answers monoT5 and similar models) and mvp-bert checkpoints;
cross-encoders with one label; embedders in the layout of sentence-transformers; ColBERTs in PyLate's and Stanford's.
Families: BERT, RoBERTa, XLM-R, DistilBERT, MPNet, ModernBERT. <checkpoint> is a folder as downloaded, a .zip, .jar,
.tar or .tar.gz, or the name of a model in the cache of Hugging Face's hub. Weights: safetensors or pytorch_model.bin,
whole or in shards, in float32, float16 or bfloat16, or else an ONNX export in single precision. Tokenizer:
tokenizer.json, spiece.model (T5) or vocab.txt (BERT, DistilBERT).
--languages cuts a vocabulary like XLM-R's: it drops pieces with a letter that none of the given languages has. --texts
names a file with one text per line, which may begin with a weight and a tab.
Pickles are read but never run; archives are read in memory. The command reports on stderr what it found.
Writes manifest.json, weights.safetensors and tokenizer.json. If it fails, it leaves nothing behind.
With --onnx, it also takes a converted folder: it copies the folder and adds the graphs to the copy.
Output: a JSON report of sizes, and of the loss against full precision on a fixed list of passages: the largest
difference of a score by precision, and Kendall's tau of the order by depth.

Exit code: 0 converted; 1 failed; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank convert ./MVP-base --out ./public/models/mvp-base --max-length 256',
    'mvp-rerank convert intfloat/e5-small-v2 --out ./public/models/e5',
    'mvp-rerank convert ./bge.jar --out ./bge --pooling cls',
    'mvp-rerank convert ./checkpoint --out ./small --dtype q4 --onnx',
    'mvp-rerank convert ./public/models/mvp-mini --out ./graphs --onnx',
  ],

  async run(values, { signal }, [folder]) {
    const { exportOnnx, isModelFolder } = await import('../../models/convert/exportOnnx.js')
    if (values.out === undefined) throw usageError('--out is missing', 'convert')
    if (values.onnx && isModelFolder(folder!)) {
      refuseSettled(folder!, values)
      const files = await exportOnnx(folder!, { out: values.out, onProgress: share => show({ phase: 'onnx', share }) })
      return report({ out: values.out, files })
    }
    const { convert } = await import('../../models/convert/convert.js')
    return report(
      await convert(folder!, {
        ...conversionOptions(values.out, values),
        onProgress: show,
        onUnderstood: explain,
        signal,
      }),
    )
  },
}

type Values = OptionValues<typeof options>

function conversionOptions(out: string, values: Values) {
  const { dtype = options.dtype.default, wide, views, maxLength, name, license, origin } = values
  const { pooling, dimensions, queryPrompt, passagePrompt, languages, texts, pieces } = values
  return {
    out,
    dtype: oneOf('convert', 'dtype', dtype, ['q8', 'q4', 'fp32'] as const),
    ...(wide === undefined ? {} : { wide: wholeNumber('convert', 'wide', wide, 0) }),
    ...(views === undefined ? {} : { views: wholeNumber('convert', 'views', views, 1) }),
    ...(maxLength === undefined ? {} : { maxLength: wholeNumber('convert', 'max-length', maxLength, 1) }),
    ...(name === undefined ? {} : { name }),
    ...(license === undefined ? {} : { license }),
    ...(origin === undefined ? {} : { origin }),
    ...(pooling === undefined
      ? {}
      : { pooling: oneOf('convert', 'pooling', pooling, ['mean', 'cls', 'last'] as const) }),
    ...(dimensions === undefined ? {} : { dimensions: wholeNumber('convert', 'dimensions', dimensions, 1) }),
    ...(queryPrompt === undefined ? {} : { queryPrompt }),
    ...(passagePrompt === undefined ? {} : { passagePrompt }),
    ...(languages === undefined ? {} : { languages: languages.split(',') }),
    ...(texts === undefined ? {} : { texts }),
    ...(values.answers === undefined ? {} : { answers: answerWords(values.answers) }),
    ...(pieces === undefined ? {} : { pieces: wholeNumber('convert', 'pieces', pieces, 1) }),
    onnx: values.onnx ?? false,
    force: values.force ?? false,
  }
}

/** @throws RerankError bad-usage */
function answerWords(value: string): [string, string] {
  const [yes, no, ...others] = value.split(',')
  if (!yes || !no || others.length > 0) {
    throw usageError(`--answers takes two words, such as true,false, not ${JSON.stringify(value)}`, 'convert')
  }
  return [yes, no]
}

/** Only the graphs of a converted model can still be written. @throws RerankError bad-usage for any other option */
function refuseSettled(folder: string, { dtype, views, maxLength, name, license, origin, force }: Values): void {
  const settled = {
    dtype: dtype === options.dtype.default ? undefined : dtype,
    views,
    'max-length': maxLength,
    name,
    license,
    origin,
    force,
  }
  for (const [option, value] of Object.entries(settled)) {
    if (value === undefined) continue
    throw usageError(`--${option} is settled: ${folder} was converted already`, 'convert')
  }
}

async function report(result: object): Promise<ExitCode> {
  progress.clear()
  await print(`${JSON.stringify(result, null, 2)}\n`)
  return 0
}

function explain(found: ReadonlyMap<string, string>): void {
  for (const [subject, what] of found) console.error(`mvp-rerank: ${subject}: ${what}`)
}

const PHASES = { weights: 'Converting the weights', probe: 'Measuring the loss', onnx: 'Writing .onnx files' }

function show({ phase, share }: ConversionProgress): void {
  progress.update(`${PHASES[phase]} ${Math.floor(share * 100)} %`)
}
