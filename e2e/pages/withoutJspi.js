// The worker in a browser that cannot suspend WebAssembly. Modules are evaluated in the order of their imports.
import './noSuspending.js'
import '/dist/rerank.worker.js'
