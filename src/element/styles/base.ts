import { css } from 'lit'

/** Styles that all parts of the element share. */
export const base = css`
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
    border: 0;
    border-radius: 8px;
    background: none;
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button,
  summary {
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

  .text-button {
    min-height: 2.25rem;
    padding: 0 0.625rem;
    color: var(--_accent);
    font-size: 0.875rem;
    font-weight: 600;
  }
  .text-button:hover {
    text-decoration: underline;
  }

  @media (pointer: coarse) {
    .text-button {
      min-height: 2.75rem;
    }
  }
`
