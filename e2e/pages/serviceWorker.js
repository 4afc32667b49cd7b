import { createReranker } from './dist/index.js'

addEventListener('message', event => {
  const answer = createReranker({ model: '/models/bert-relu-q8/' }).then(
    () => ({ code: 'none' }),
    ({ code, remedy }) => ({ code, remedy }),
  )
  event.waitUntil(answer.then(value => event.source.postMessage(value)))
})
