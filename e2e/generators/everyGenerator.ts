import { generators } from './generators.js'
import { recipes } from './recipes.js'
import { testGenerator } from './testGenerator.js'

for (const generator of [...generators, ...recipes]) testGenerator(generator)
