import { css } from 'lit'

/** Low windows, such as a phone with its keyboard open. */
const low = css`
  .link {
    height: auto;
    padding-block: 0.375rem;
  }
  .title {
    -webkit-line-clamp: 1;
  }
  .passage {
    -webkit-line-clamp: 1;
    height: auto;
    max-height: 1lh;
    margin-top: 0;
  }
`

/**
 * The list. All rows of a list have one height, so that a row that keeps its place does not move when the rows around
 * it change. In a low window rows are as low as possible, to show more of them.
 */
export const rows = css`
  .list {
    position: relative;
    flex: 1 1 auto;
    min-height: 0;
    padding: 0.375rem;
    overflow-x: hidden;
    overflow-y: auto;
    overscroll-behavior: contain;
    outline: none;
  }
  :host([inline]) .list {
    overflow: visible;
    padding-inline: 0;
  }
  .row {
    position: relative;
    display: flex;
    align-items: stretch;
    border-radius: 8px;
    scroll-margin: 0.375rem;
  }
  .row:hover {
    background: var(--_surface);
  }
  .row:has([aria-selected='true']) {
    background: var(--_surface);
    box-shadow: inset 3px 0 0 var(--_accent);
  }
  :host(:dir(rtl)) .row:has([aria-selected='true']) {
    box-shadow: inset -3px 0 0 var(--_accent);
  }
  .follows .link {
    margin-inline-start: 1.25rem;
    border-inline-start: 2px solid var(--_border);
    border-start-start-radius: 0;
    border-end-start-radius: 0;
  }
  .cell {
    flex: 1;
    min-width: 0;
  }
  .side {
    display: grid;
    flex: none;
    align-items: start;
    padding: 0.375rem;
  }
  .side[aria-selected='true'] button,
  .row:hover .side button:hover {
    background: var(--_background);
    color: var(--_text);
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  .link {
    display: block;
    padding-block: 0.625rem;
    padding-inline: 0.75rem 0.25rem;
    border-radius: 8px;
    color: inherit;
    text-decoration: none;
  }
  .head {
    display: flex;
    align-items: baseline;
    gap: 0.75rem;
  }
  .title {
    flex: 1;
    min-width: 0;
    color: var(--_accent);
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .link:hover .title {
    text-decoration: underline;
  }
  .source {
    flex: none;
    color: var(--_muted);
    font-size: 0.75rem;
  }
  .path {
    display: block;
    min-height: 1lh;
    color: var(--_muted);
    font-size: 0.8125rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .passage {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    height: 2lh;
    margin-top: 0.25rem;
    font-size: 0.9375rem;
    overflow: hidden;
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
  .passage code {
    font-family: ui-monospace, monospace;
    font-size: 0.92em;
    white-space: pre-wrap;
  }
  mark {
    background: none;
    color: inherit;
    font-weight: 650;
    text-decoration: underline;
    text-decoration-color: var(--_accent);
    text-decoration-thickness: 2px;
    text-underline-offset: 0.18em;
  }
  u {
    text-decoration-style: dotted;
  }
  .title mark {
    font-weight: inherit;
  }
  .path mark {
    font-weight: 600;
    text-decoration: none;
  }
  .sentence {
    background: var(--_sentence);
    border-radius: 3px;
    box-decoration-break: clone;
    -webkit-box-decoration-break: clone;
  }

  .plain {
    flex: 1;
    min-height: 2.75rem;
    padding: 0.5rem 0.75rem;
    text-align: start;
    overflow-wrap: anywhere;
  }
  .more {
    width: 100%;
    color: var(--_accent);
    font-weight: 600;
    text-align: center;
  }
  .row.simple .side {
    padding-block: 0;
  }

  .why {
    margin: 0 0.375rem 0.5rem;
    padding: 0.875rem 1rem;
    border: 1px solid var(--_border);
    border-radius: 8px;
    background: var(--_background);
    font-size: 0.875rem;
  }
  .why p {
    margin: 0 0 0.25rem;
  }
  summary {
    color: var(--_accent);
  }
  .why .groups {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
    gap: 0.875rem 1.75rem;
    margin-top: 0.75rem;
  }
  .why .group {
    margin: 0 0 0.375rem;
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--_muted);
  }
  .bar {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0 0.75rem;
    margin-bottom: 0.5rem;
    overflow-wrap: anywhere;
  }
  .bar .value {
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .bar svg {
    grid-column: 1 / -1;
    width: 100%;
    height: 0.375rem;
    border-radius: 1rem;
    stroke: none;
  }
  .bar .whole {
    fill: var(--_border);
  }
  .bar .part {
    fill: var(--_accent);
  }

  @container panel (max-width: 36rem) {
    .list {
      padding-block: 0.125rem;
    }
    .link {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      align-items: baseline;
      /* All rows are as high: a long title takes a line of the passage, so a new order moves nothing but rows. */
      grid-template-rows: auto auto minmax(0, 1fr);
      height: 6.5rem;
      column-gap: 0.75rem;
      padding-block: 0.5rem;
      padding-inline: 0.75rem 0;
    }
    .head {
      display: contents;
    }
    .title,
    .passage {
      grid-column: 1 / -1;
    }
    /* Beside the path, so that the title has all of its line. */
    .source {
      grid-area: 2 / 2;
    }
    .path {
      grid-area: 2 / 1;
    }
    .title {
      white-space: normal;
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
      line-height: 1.375rem;
      overflow-wrap: anywhere;
    }
    .passage {
      align-self: stretch;
      height: auto;
      max-height: 2lh;
      margin-top: 0.125rem;
    }
    .side {
      padding: 0;
    }
  }
  @container panel (max-height: 30rem) {
    ${low}
  }
  @media (max-height: 30rem) {
    ${low}
  }
  @media (forced-colors: active) {
    .row:has([aria-selected='true']) {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
    .sentence {
      background: none;
      outline: 1px solid CanvasText;
    }
    .bar .whole {
      fill: Canvas;
      stroke: CanvasText;
    }
    .bar .part {
      fill: Highlight;
      forced-color-adjust: none;
    }
  }
`
