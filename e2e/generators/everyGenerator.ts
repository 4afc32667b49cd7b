import { generators } from './generators.js'
import { testGenerator } from './testGenerator.js'

for (const generator of generators) testGenerator(generator)
