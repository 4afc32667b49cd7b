import { family as modernbert } from './modernBert.js'
import { family as t5 } from './t5.js'

/** The layers of every family but BERT's, where nobody downloads them: in Node and in tools. */
export const familyGraphs = { t5, modernbert }
