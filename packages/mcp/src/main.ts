#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createReranker, RerankError } from 'mvp-rerank/node'
import { HELP, readSettings, type Settings, UsageError } from './commandLine.js'
import { createServer } from './server.js'
import { Site } from './site.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

try {
  const settings = readSettings(process.argv.slice(2))
  if (settings) await serve(settings)
  else process.stdout.write(HELP)
} catch (error) {
  // The protocol has the output; people read this.
  console.error(explain(error))
  process.exitCode = error instanceof UsageError ? 2 : 1
}

/** Resolves once the server listens. It ends with its input. */
async function serve(settings: Settings): Promise<void> {
  const reranker = settings.model === undefined ? undefined : await createReranker({ model: settings.model })
  const sites = new Map<string, Site>()
  for (const [name, folder] of settings.indexes) sites.set(name, await Site.open(folder, reranker))
  const server = createServer(sites, settings, version)
  process.stdin.once('end', () => void server.close().then(() => reranker?.dispose()))
  await server.connect(new StdioServerTransport())
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${HELP}`
  return error instanceof RerankError ? `${error.code}: ${error.message}\n${error.remedy}` : String(error)
}
