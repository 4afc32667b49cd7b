import { html, nothing, type TemplateResult } from 'lit'
import { shortcutLabel } from '../shortcuts.js'
import type { Strings } from '../strings/index.js'
import { glass } from './icons.js'

export interface FrameViewOptions {
  strings: Strings
  inline: boolean
  /** Whether the page's keys open the dialog. */
  shortcuts: boolean
  /** Whether the dialog is made: not before it is first opened. */
  hasDialog: boolean
  /** The search itself. */
  panel: () => TemplateResult
  onKey: (event: KeyboardEvent) => void
  onOpen: () => void
  onClosed: () => void
  onBackdrop: (event: PointerEvent) => void
}

/** The frame of the search: the page itself, or a button and its dialog. */
export function frameView(options: FrameViewOptions): TemplateResult {
  const { strings, inline, shortcuts, hasDialog, panel, onKey, onOpen, onClosed, onBackdrop } = options
  const search = () =>
    html`<div class="panel" part="panel" role="search" aria-label=${strings.search} @keydown=${onKey}>${panel()}</div>`
  if (inline) return search()
  return html`
    <button
      class="open"
      part="button"
      type="button"
      aria-haspopup="dialog"
      aria-keyshortcuts=${shortcuts ? 'Control+K Meta+K /' : nothing}
      @click=${onOpen}
    >
      <slot name="button">
        ${glass}<span>${strings.search}</span>${shortcuts ? html`<kbd aria-hidden="true">${shortcutLabel()}</kbd>` : nothing}
      </slot>
    </button>
    ${
      hasDialog
        ? html`<dialog part="dialog" aria-label=${strings.search} @close=${onClosed} @pointerdown=${onBackdrop}>
            ${search()}
          </dialog>`
        : nothing
    }
  `
}
