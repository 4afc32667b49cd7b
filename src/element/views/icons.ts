import { html } from 'lit'

export const glass = html`<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="11" cy="11" r="6.5" /><path d="m16 16 4.5 4.5" /></svg>`
export const cross = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18" /></svg>`
export const question = html`<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9" /><path d="M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8m0 3v.1" /></svg>`
export const backspace = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 5.5h11v13H9L3.5 12zM12 9.5l5 5m0-5-5 5" /></svg>`
