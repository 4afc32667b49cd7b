import { css } from 'lit'

/** The heading above the list, and messages in its place. */
export const message = css`
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
    padding-top: 0.25rem;
    column-gap: 1rem;
    padding-inline: 1.125rem 0.625rem;
    color: var(--_muted);
    font-size: 0.875rem;
  }
  .heading.told {
    flex-wrap: wrap;
    padding-block: 0.25rem;
    border-bottom: 1px solid var(--_border);
    color: var(--_text);
    overflow-wrap: anywhere;
  }
  .told .text-button {
    padding: 0;
    text-align: start;
  }
  :host([inline]) .heading:not(.told) {
    margin-top: 0.5rem;
  }
`
