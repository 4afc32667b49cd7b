/** The packages that a folder's lock file names and its disk lacks, as paths. */
export function missingPackages(folder: string): string[]
