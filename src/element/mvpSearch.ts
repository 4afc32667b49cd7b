import type { TemplateResult } from 'lit'
import { putIntoAddress, queryInAddress } from './deepLink.js'
import { tell } from './events.js'
import { listKey } from './listKeys.js'
import type { Result } from './result.js'
import { SearchPanel } from './searchPanel.js'
import { asksForSearch, isOwnKey } from './shortcuts.js'
import { styles } from './styles/index.js'
import { frameView } from './views/frameView.js'
import { watchVisibleHeight } from './visibleHeight.js'

/**
 * A search box for a site: a button with a dialog, or inline. Finds by words at once; a model that runs in the browser then reads the results and
 * sharpens their order. Nothing that is typed leaves the device.
 *
 * @element mvp-search
 *
 * @slot button - What the button shows instead of a magnifier, a word and its shortcut.
 * @slot foot - Below the results, at their end: a link to a privacy page, a credit.
 *
 * @fires {CustomEvent<void>} mvp-search-open - The dialog was opened.
 * @fires {CustomEvent<void>} mvp-search-close - The dialog was closed.
 * @fires {CustomEvent<SearchResultsDetail>} mvp-search-results - Results are there: by words, and again when the model has read them.
 * @fires {CustomEvent<SearchSelectDetail>} mvp-search-select - A result is about to be followed; `preventDefault()` leaves the rest to the page.
 * @fires {CustomEvent<SearchModelDetail>} mvp-search-model - The model is being loaded, is ready, or failed.
 * @fires {CustomEvent<{error: unknown}>} mvp-search-error - The index could not be opened, or the model stopped midway.
 *
 * @csspart button - The button that opens the dialog.
 * @csspart dialog - The dialog.
 * @csspart panel - All of the search: field, filters, list, foot.
 * @csspart field - The row that holds the input.
 * @csspart input - The input.
 * @csspart clear - The button that empties the input.
 * @csspart close - The button that closes the dialog.
 * @csspart filters - The row of filters.
 * @csspart filter - One filter, a select.
 * @csspart offer - The button that shows a better order.
 * @csspart heading - The line above recent searches.
 * @csspart message - What stands in place of results: nothing found, an error.
 * @csspart list - The list.
 * @csspart row - A row of the list.
 * @csspart link - A result's link.
 * @csspart title - A result's title.
 * @csspart path - Where a result stands.
 * @csspart passage - A result's text.
 * @csspart mark - A word of the query in a result.
 * @csspart sentence - The most relevant sentence of a result.
 * @csspart source - How a result was found: by words, by meaning, by both.
 * @csspart why-button - The button that opens the explanation of a result.
 * @csspart why - The explanation of a result.
 * @csspart bar - One bar of an explanation.
 * @csspart query - A recent search or a suggestion.
 * @csspart foot - The line below the list.
 * @csspart note - What it says about the order.
 * @csspart load - The button that loads the model.
 * @csspart keys - The keys, on wide screens.
 *
 * @cssprop [--mvp-search-accent=#1d5fc4] - Titles, buttons, bars, the active row.
 * @cssprop [--mvp-search-text=#1b1f27] - Text.
 * @cssprop [--mvp-search-muted=#586070] - Text of less weight; 4.5 : 1 against the background.
 * @cssprop [--mvp-search-background=#ffffff] - Background.
 * @cssprop [--mvp-search-surface=#f1f4f9] - Background of the active row and of the offer.
 * @cssprop [--mvp-search-border=#d6dbe4] - Lines.
 * @cssprop [--mvp-search-control=#858d9c] - Edges of the button, the inline field and filters; 3 : 1 against the background.
 * @cssprop [--mvp-search-sentence=#fff0bd] - Background of the most relevant sentence.
 * @cssprop [--mvp-search-danger=#a8271f] - Text of errors.
 * @cssprop [--mvp-search-backdrop] - What covers the page behind the dialog.
 * @cssprop [--mvp-search-shadow] - Shadow of the dialog.
 * @cssprop [--mvp-search-radius=12px] - Corners.
 * @cssprop [--mvp-search-font=system-ui] - Fonts.
 * @cssprop [--mvp-search-font-size=1rem] - Size of text.
 * @cssprop [--mvp-search-width=46rem] - Width of the dialog.
 */
export class MvpSearch extends SearchPanel {
  static override styles = styles

  /** The dialog was opened once: until then, it is not even made. */
  #made = false
  #page: AbortController | undefined
  /** Ends with the dialog. */
  #shown: AbortController | undefined

  /** Opens the dialog, or goes to the inline field. @param query what to search for; without it, what was searched for last */
  async open(query?: string): Promise<void> {
    this.#made = true
    this.requestUpdate()
    await this.updateComplete
    const dialog = this.#dialog
    if (dialog && !dialog.open) {
      this.#shown = new AbortController()
      watchVisibleHeight(dialog, this.#shown.signal)
      dialog.showModal()
      tell(this, 'mvp-search-open')
    }
    this.field?.focus()
    if (query === undefined) this.field?.select()
    else this.setQuery(query)
  }

  /** Closes the dialog; the focus returns to where it was. */
  close(): void {
    this.#dialog?.close()
  }

  override focus(): void {
    void this.open()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#page = new AbortController()
    const { signal } = this.#page
    document.addEventListener('keydown', event => this.#pageKey(event), { signal })
    const query = queryInAddress(this.param)
    if (query !== undefined && this.query === '') {
      if (this.inline) void this.updateComplete.then(() => this.setQuery(query))
      else void this.open(query)
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#page?.abort()
    this.#shown?.abort()
    this.silence()
    // Frameworks take elements out for a moment to move them.
    queueMicrotask(() => {
      if (!this.isConnected) this.endBox()
    })
  }

  protected override render(): TemplateResult {
    return frameView({
      strings: this.words,
      inline: this.inline,
      shortcuts: !this.noShortcuts,
      made: this.#made,
      panel: this.panel,
      onKey: this.#key,
      onOpen: () => void this.open(),
      onClosed: this.#closed,
      onBackdrop: this.#backdrop,
    })
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog')
  }

  protected override follow(event: MouseEvent, result: Result, url: string): void {
    if (!this.box.follow(result, url)) event.preventDefault()
    // A link to a place in this very page leaves the dialog in the way.
    else if (!event.ctrlKey && !event.metaKey && !event.shiftKey) this.close()
  }

  #pageKey(event: KeyboardEvent): void {
    if (this.noShortcuts || !asksForSearch(event)) return
    event.preventDefault()
    void this.open()
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (!isOwnKey(event)) return
    const rtl = getComputedStyle(this).direction === 'rtl'
    if (listKey(event, this.box, this.renderRoot, rtl)) {
      event.preventDefault()
      void this.updateComplete.then(() => {
        const { row } = this.box.active
        if (row) this.renderRoot.querySelector(`[id="${row}"]`)?.scrollIntoView({ block: 'nearest' })
      })
    } else if (event.key === 'Escape' && this.inline && this.query !== '') {
      event.preventDefault()
      this.setQuery('')
    }
  }

  readonly #backdrop = (event: PointerEvent): void => {
    if (event.target === this.#dialog) this.close()
  }

  readonly #closed = (): void => {
    putIntoAddress(this.param, '')
    this.#shown?.abort()
    this.silence()
    tell(this, 'mvp-search-close')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mvp-search': MvpSearch
  }
}
