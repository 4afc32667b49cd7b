import { base } from './base.js'
import { dialog } from './dialog.js'
import { field } from './field.js'
import { foot } from './foot.js'
import { message } from './message.js'
import { rows } from './rows.js'
import { tokens } from './tokens.js'

/** Later styles may override earlier ones. */
export const styles = [tokens, base, dialog, field, message, rows, foot]
