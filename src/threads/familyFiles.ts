import { fileAddress } from '../util/fileAddress.js'

/** Addresses of the families' files. */
export type FamilyFiles = Record<'t5' | 'modernbert' | 'Unigram' | 'BPE', string>

/** The files beside this module, in the literal form that `ortFiles` describes. */
export function familyFiles(): FamilyFiles {
  return {
    t5: fileAddress(new URL(/* @vite-ignore */ './family-t5.js', import.meta.url)),
    modernbert: fileAddress(new URL(/* @vite-ignore */ './family-modernbert.js', import.meta.url)),
    Unigram: fileAddress(new URL(/* @vite-ignore */ './family-unigram.js', import.meta.url)),
    BPE: fileAddress(new URL(/* @vite-ignore */ './family-bpe.js', import.meta.url)),
  }
}
