import { familyGraphs } from '../graph/families.js'
import { tokenizerFamilies } from '../tokenizer/families.js'
import type { Families, LoadFamily } from './families.js'

const families: Families = { ...familyGraphs, ...tokenizerFamilies }

/** The families where nobody downloads them: in Node. */
export const allFamilies = (): LoadFamily => async name => families[name]
