import type { Config } from './config.js'

/**
 * How checkpoints of a family of encoders, all wired like BERT, name their sizes and tensors, and what is particular.
 */
export interface EncoderFamily {
  /** The class of transformers that scores a pair. */
  classifier: string
  /** Names in config.json. */
  sizes: Record<'width' | 'layers' | 'heads' | 'ffWidth' | 'activation', string>
  /** The encoder's name, before all of its tensors. */
  model: string
  /** The list of layers in it. */
  layers: string
  /** The parts of a layer, each with a weight and a bias, by their names in the model format. */
  parts: Record<
    'attention.q' | 'attention.k' | 'attention.v' | 'attention.o' | 'attention.norm' | 'ff.up' | 'ff.down' | 'ff.norm',
    string
  >
  /** The row of the position table that is the first token's. */
  firstPosition(config: Config): number
  /** Whether the two texts of a pair have types of their own. If not, what the table has is added to every token. */
  pairTypes: boolean
  /** The table of token types, if there is one. */
  types?: string
  /** The table of the bias of relative positions, if there is one. */
  relative?: string
  /** The head's two linear layers. */
  pooler: string
  output: string
  poolerActivation?: 'relu'
  /** The special tokens around the texts, unless tokenizer_config.json names them. */
  tokens: Record<'cls_token' | 'sep_token' | 'pad_token', string>
  /** How many separators stand between the texts. */
  separators: 1 | 2
}

/** How special tokens stand around texts. */
export type TextFamily = Pick<EncoderFamily, 'tokens' | 'pairTypes' | 'separators'>

const BERT_SIZES = {
  width: 'hidden_size',
  layers: 'num_hidden_layers',
  heads: 'num_attention_heads',
  ffWidth: 'intermediate_size',
  activation: 'hidden_act',
}

const BERT_PARTS = {
  'attention.q': 'attention.self.query',
  'attention.k': 'attention.self.key',
  'attention.v': 'attention.self.value',
  'attention.o': 'attention.output.dense',
  'attention.norm': 'attention.output.LayerNorm',
  'ff.up': 'intermediate.dense',
  'ff.down': 'output.dense',
  'ff.norm': 'output.LayerNorm',
}

const BERT_TOKENS = { cls_token: '[CLS]', sep_token: '[SEP]', pad_token: '[PAD]' }
const ROBERTA_TOKENS = { cls_token: '<s>', sep_token: '</s>', pad_token: '<pad>' }

export const BERT: EncoderFamily = {
  classifier: 'BertForSequenceClassification',
  sizes: BERT_SIZES,
  model: 'bert',
  layers: 'encoder.layer',
  parts: BERT_PARTS,
  firstPosition: () => 0,
  pairTypes: true,
  types: 'embeddings.token_type_embeddings.weight',
  pooler: 'bert.pooler.dense',
  output: 'classifier',
  tokens: BERT_TOKENS,
  separators: 1,
}

const ROBERTA: EncoderFamily = {
  ...BERT,
  classifier: 'RobertaForSequenceClassification',
  model: 'roberta',
  // Positions are counted from the padding's id, which stands for "no position".
  firstPosition: config => config.count('pad_token_id', { or: 1, min: 0 }) + 1,
  pairTypes: false,
  pooler: 'classifier.dense',
  output: 'classifier.out_proj',
  tokens: ROBERTA_TOKENS,
  separators: 2,
}

const { types: _, ...WITHOUT_TYPES } = ROBERTA

/** By `model_type`. */
export const ENCODER_FAMILIES: ReadonlyMap<string, EncoderFamily> = new Map([
  ['bert', BERT],
  ['roberta', ROBERTA],
  ['xlm-roberta', { ...ROBERTA, classifier: 'XLMRobertaForSequenceClassification' }],
  [
    'distilbert',
    {
      classifier: 'DistilBertForSequenceClassification',
      sizes: { width: 'dim', layers: 'n_layers', heads: 'n_heads', ffWidth: 'hidden_dim', activation: 'activation' },
      model: 'distilbert',
      layers: 'transformer.layer',
      parts: {
        'attention.q': 'attention.q_lin',
        'attention.k': 'attention.k_lin',
        'attention.v': 'attention.v_lin',
        'attention.o': 'attention.out_lin',
        'attention.norm': 'sa_layer_norm',
        'ff.up': 'ffn.lin1',
        'ff.down': 'ffn.lin2',
        'ff.norm': 'output_layer_norm',
      },
      firstPosition: () => 0,
      pairTypes: false,
      pooler: 'pre_classifier',
      output: 'classifier',
      poolerActivation: 'relu',
      tokens: BERT_TOKENS,
      separators: 1,
    },
  ],
  [
    'mpnet',
    {
      ...WITHOUT_TYPES,
      classifier: 'MPNetForSequenceClassification',
      model: 'mpnet',
      parts: {
        ...BERT_PARTS,
        'attention.q': 'attention.attn.q',
        'attention.k': 'attention.attn.k',
        'attention.v': 'attention.attn.v',
        'attention.o': 'attention.attn.o',
        'attention.norm': 'attention.LayerNorm',
      },
      // Whatever config.json says of the padding's id.
      firstPosition: () => 2,
      relative: 'encoder.relative_attention_bias.weight',
    },
  ],
])
