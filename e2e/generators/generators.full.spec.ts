import { vitepress } from './generators.js'
import { testGenerator } from './testGenerator.js'

testGenerator(vitepress)
