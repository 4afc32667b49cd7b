import { css } from 'lit'

/** The button, the dialog, the field, and what stands around the list. */
export const panel = css`
  :host {
    display: inline-block;
  }
  :host([inline]) {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button {
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .open {
    display: inline-flex;
    align-items: center;
    gap: 0.6em;
    min-height: 2.5rem;
    padding: 0 0.9em;
    border: 1px solid var(--_control);
    border-radius: var(--_radius);
    background: var(--_background);
    color: var(--_text);
  }
  .open:hover {
    border-color: var(--_accent);
  }
  kbd {
    padding: 0.05em 0.45em;
    border: 1px solid var(--_border);
    border-radius: 5px;
    background: var(--_surface);
    color: var(--_muted);
    font-family: inherit;
    font-size: 0.8125em;
    white-space: nowrap;
  }
  svg {
    flex: none;
    width: 1.25em;
    height: 1.25em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  dialog {
    width: min(var(--_width), 100vw - 2rem);
    max-width: none;
    height: fit-content;
    max-height: min(48rem, 100dvh - 12vh);
    margin: 8vh auto auto;
    padding: 0;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_background);
    color: var(--_text);
    box-shadow: var(--_shadow);
    overflow: hidden;
  }
  dialog[open] {
    display: flex;
  }
  dialog::backdrop {
    background: var(--_backdrop);
  }
  .panel {
    container: panel / inline-size;
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    color: var(--_text);
  }

  .watch {
    display: contents;
  }

  .field {
    display: flex;
    flex: none;
    align-items: center;
    gap: 0.75rem;
    min-height: 3.5rem;
    padding: 0 0.5rem 0 1.125rem;
    border-bottom: 1px solid var(--_border);
  }
  :host([inline]) .field {
    border: 1px solid var(--_control);
    border-radius: var(--_radius);
    background: var(--_background);
  }
  .field > svg {
    color: var(--_muted);
  }
  .field:focus-within > svg {
    color: var(--_accent);
  }
  :host([inline]) .field:focus-within {
    border-color: var(--_accent);
    outline: 1px solid var(--_accent);
  }
  input {
    flex: 1;
    min-width: 0;
    height: 3.5rem;
    padding: 0;
    border: 0;
    background: none;
    font-size: 1.0625rem;
    appearance: none;
    text-overflow: ellipsis;
  }
  input:focus-visible {
    outline: none;
  }
  input::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  input::-webkit-search-cancel-button {
    display: none;
  }
  .icon {
    display: inline-grid;
    flex: none;
    place-items: center;
    width: 2.75rem;
    height: 2.75rem;
    padding: 0;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--_muted);
  }
  .icon:hover {
    background: var(--_surface);
    color: var(--_text);
  }

  .filters {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    gap: 0.5rem;
    padding: 0.625rem 1.125rem;
    border-bottom: 1px solid var(--_border);
  }
  :host([inline]) .filters {
    padding-inline: 0;
    border: 0;
  }
  select {
    max-width: 100%;
    min-height: 2.25rem;
    padding: 0 0.5rem;
    border: 1px solid var(--_control);
    border-radius: 8px;
    background: var(--_background);
    font-size: 0.875rem;
  }
  select.chosen {
    border-color: var(--_accent);
    background: var(--_surface);
  }

  .text-button {
    min-height: 2.25rem;
    padding: 0 0.625rem;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--_accent);
    font-size: 0.875rem;
    font-weight: 600;
  }
  .text-button:hover {
    text-decoration: underline;
  }

  .message {
    flex: none;
    padding: 1.25rem 1.125rem 0.5rem;
    overflow-wrap: anywhere;
  }
  :host([inline]) .message {
    padding-inline: 0.75rem;
  }
  .message .text-button {
    margin-inline-start: -0.625rem;
  }
  .message p {
    margin: 0 0 0.25rem;
  }
  .message .hint {
    color: var(--_muted);
    font-size: 0.9375rem;
  }
  .message .error {
    color: var(--_danger);
  }
  .heading {
    display: flex;
    flex: none;
    align-items: center;
    justify-content: space-between;
    min-height: 2.75rem;
    padding: 0.25rem 0.625rem 0 1.125rem;
    color: var(--_muted);
    font-size: 0.875rem;
  }
  :host([inline]) .heading {
    margin-top: 0.5rem;
  }

  .foot {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 1rem;
    min-height: 2.75rem;
    padding: 0.25rem 1.125rem;
    border-top: 1px solid var(--_border);
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  :host([inline]) .foot {
    position: sticky;
    bottom: 0;
    padding-inline: 0.25rem;
    background: var(--_background);
  }
  .quiet ::slotted(*) {
    padding-block: 0.5rem;
  }
  .note {
    display: flex;
    flex: 1 1 12rem;
    align-items: center;
    gap: 0.5rem;
    min-width: 0;
    font-variant-numeric: tabular-nums;
  }
  .note .text-button {
    flex: none;
    min-height: 2rem;
    font-size: inherit;
  }
  progress {
    width: 4.5rem;
    height: 0.375rem;
    border: 0;
    border-radius: 1rem;
    background: var(--_border);
    accent-color: var(--_accent);
    appearance: none;
    overflow: hidden;
  }
  progress::-webkit-progress-bar {
    background: var(--_border);
  }
  progress::-webkit-progress-value {
    background: var(--_accent);
  }
  progress::-moz-progress-bar {
    background: var(--_accent);
  }
  .keys {
    display: flex;
    gap: 0.875rem;
  }

  /* Without keys and without a note it would be an empty bar; what the page puts there keeps its room. */
  @media (pointer: coarse) {
    .keys,
    .open kbd {
      display: none;
    }
    .foot.quiet {
      min-height: 0;
      padding-block: 0;
      border: 0;
    }
    .open,
    .text-button,
    .note .text-button,
    select {
      min-height: 2.75rem;
    }
  }
  @container panel (max-width: 36rem) {
    .keys {
      display: none;
    }
    .foot.quiet {
      min-height: 0;
      padding-block: 0;
      border: 0;
    }
  }
  @media (max-width: 40rem) {
    dialog {
      width: 100vw;
      height: 100dvh;
      max-height: none;
      margin: 0;
      border: 0;
      border-radius: 0;
    }
  }
  @media (max-height: 30rem) {
    dialog {
      max-height: none;
      margin-top: 0;
    }
  }
`
