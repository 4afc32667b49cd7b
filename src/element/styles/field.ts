import { css } from 'lit'

/** The field and the filters below it. */
export const field = css`
  .field {
    display: flex;
    flex: none;
    align-items: center;
    gap: 0.75rem;
    min-height: 3.5rem;
    padding-inline: 1.125rem 0.5rem;
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
  select,
  .context {
    max-width: 100%;
    min-height: 2.25rem;
    padding: 0 0.5rem;
    border: 1px solid var(--_control);
    background: var(--_background);
    font-size: 0.875rem;
  }
  .context {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
  }
  .context svg {
    width: 1em;
  }
  .chosen,
  .context {
    border-color: var(--_accent);
    background: var(--_surface);
  }

  @media (pointer: coarse) {
    .context,
    select {
      min-height: 2.75rem;
    }
  }
  @media (max-height: 30rem) {
    .field {
      min-height: 3rem;
    }
    input {
      height: 3rem;
    }
    .filters {
      padding-block: 0.25rem;
    }
  }
  @container panel (max-width: 36rem) {
    .field {
      gap: 0.625rem;
      min-height: 3rem;
      padding-inline: 0.75rem 0.25rem;
    }
    .field > .icon + .icon {
      margin-inline-start: -0.625rem;
    }
    input {
      height: 3rem;
    }
    .filters {
      flex-wrap: nowrap;
      padding: 0.25rem 0.75rem;
      overflow-x: auto;
      scrollbar-width: none;
    }
    .context,
    select {
      flex: none;
      max-width: 80%;
    }
  }
`
