/**
 * Adds the embedding probe to converted models: `node models/convert/addEmbeddingProbe.mjs <model folder> [<its most
 * precise conversion>]`. Both shipped models got theirs this way, from the q8 weights of mvp-mini computed in fp32:
 * their checkpoint is not in this repository.
 */
import { createServer } from 'vite'

// It understands TypeScript.
const server = await createServer({
  configFile: false,
  server: { middlewareMode: true, watch: null, ws: false },
  logLevel: 'error',
})
const { addEmbeddingProbe } = await server.ssrLoadModule('/models/convert/addEmbeddingProbe.ts')
const [folder, from = folder] = process.argv.slice(2)
console.log(await addEmbeddingProbe(folder, from))
await server.close()
