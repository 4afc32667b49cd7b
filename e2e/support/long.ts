/** Tags tests on WebGPU that only the full suite runs. */
export const LONG = '@long'
