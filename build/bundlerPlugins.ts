import type { Plugin } from 'vite'

/**
 * Rewrites the output so that users' bundlers can read it. Minifying leaves back ticks, drops comments, and undoes
 * onnxruntime's disguise of its imports. Bundlers need the addresses of files as plain strings, and must not see
 * onnxruntime's own import or its guess at its own address.
 */
export function readableByBundlers(): Plugin {
  return {
    name: 'readable-by-bundlers',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        chunk.code = chunk.code
          .replace(/new URL\(`(\.\/[^`$]*)`,\s*import\.meta\.url\)/g, "new URL('$1',import.meta.url)")
          .replace(/\bimport\(`(\.\/[^`$]*)`\)/g, "import('$1')")
          .replace(/new URL\((?=`ort\.)/g, 'new globalThis.URL(')
          .replace(/\bimport\((?=[\w$]+\))/g, 'import(/*webpackIgnore:true*//*@vite-ignore*/')
      }
    },
  }
}

/**
 * Copies an entry for the export condition `development`. In development, Vite 5 to 7 and the frameworks on them bundle
 * packages into another folder and leave the files beside an entry behind. They do so for `.js` and `.ts` only, so the
 * copy has another ending. Other bundlers read it as plain JavaScript.
 */
export function developmentEntry(): Plugin {
  return {
    name: 'development-entry',
    generateBundle: {
      // After Vite has changed the code of imports.
      order: 'post',
      handler(_, bundle) {
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue
          const fileName = developmentName(chunk.fileName)
          const source = chunk.code.replaceAll('./index.js', developmentName('./index.js'))
          this.emitFile({ type: 'asset', fileName, source })
        }
      },
    },
  }
}

function developmentName(file: string): string {
  return file.replace(/\.js$/, '.development.jsx')
}

/**
 * Copies the client for Parcel, the only bundler that reads `main` and not `exports`. Parcel would bundle the files
 * beside the client and fails on those of onnxruntime. The copy hides their addresses, so pages must name the workers.
 */
export function withoutAddresses(): Plugin {
  return {
    name: 'without-addresses',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const client = bundle['index.js']
        if (client?.type !== 'chunk') return
        const source = client.code.replace(/new URL\((?='\.\/)/g, 'new globalThis.URL(')
        this.emitFile({ type: 'asset', fileName: 'index.unbundled.js', source })
      },
    },
  }
}
