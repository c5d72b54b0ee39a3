// Asks one question as a client does, and prints the outcome as a line of JSON:
//   node chat.mjs URL NAME WORDS TOKENS_PER_SECOND [STARTED_FILE]
// The simulator answers with the words that the question states, so the whole text is known; a word has about eight tokens. A refused request is sent
// again, and a broken stream is resumed after its last event, as long as SECONDS_MAX permit. STARTED_FILE is written at the
// first word. Exits with 1 if the text is not whole.
import { writeFileSync } from 'node:fs';

const SECONDS_MAX = 120;
const RETRY_MS = 250;
// The network of a killed container may vanish without a reset of its connections.
const HEAD_SECONDS_MAX = 15;
const KEY = 'parley-local';

const [url, name, count, pace, startedFile] = process.argv.slice(2);
const words = Array.from({ length: Number(count) }, (_, i) => `${name}-${i}`).join(' ');
const question = `Repeat. [[sim: first_token_ms=0 tokens_per_second=${pace} text="${words}"]]`;
const started = performance.now();
const headers = { 'x-api-key': KEY, 'x-parley-conversation': name, 'content-type': 'application/json' };

const outcome = { name, text: '', refusals: {}, resumed: 0, pause_ms: 0 };
let generation;
let lastId;
let ended = false;
let lastWord = started;

function timeIsLeft() {
  return performance.now() - started < SECONDS_MAX * 1000;
}

async function open() {
  const headTimeout = new AbortController();
  const timer = setTimeout(() => headTimeout.abort(), HEAD_SECONDS_MAX * 1000);
  try {
    return await request(AbortSignal.any([headTimeout.signal, AbortSignal.timeout(SECONDS_MAX * 1000)]));
  } finally {
    clearTimeout(timer);
  }
}

function request(signal) {
  if (generation === undefined) {
    const body = { model: 'claude-opus-5-5', max_tokens: 4096, stream: true, messages: [{ role: 'user', content: question }] };
    return fetch(`${url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(body), signal });
  }
  outcome.resumed++;
  const resume = lastId === undefined ? headers : { ...headers, 'last-event-id': lastId };
  return fetch(`${url}/v1/generations/${generation}/events`, { headers: resume, signal });
}

function take(frame) {
  const fields = Object.fromEntries(frame.split('\n').filter((line) => line.includes(':')).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
  }));
  lastId = fields.id ?? lastId;
  if (fields.data === undefined) {
    return;
  }
  const event = JSON.parse(fields.data);
  if (event.type === 'content_block_delta') {
    if (outcome.text === '' && startedFile) {
      writeFileSync(startedFile, '');
    }
    if (outcome.text !== '') {
      outcome.pause_ms = Math.max(outcome.pause_ms, Math.round(performance.now() - lastWord));
    }
    lastWord = performance.now();
    outcome.text += event.delta.text;
  } else if (event.type === 'message_stop') {
    ended = true;
  } else if (event.type === 'error') {
    outcome.error = event.error;
    ended = true;
  }
}

async function read(response) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body) {
    rest += decoder.decode(bytes, { stream: true });
    const frames = rest.split('\n\n');
    rest = frames.pop();
    frames.forEach(take);
  }
}

while (!ended && timeIsLeft()) {
  try {
    const response = await open();
    if (response.ok) {
      generation = response.headers.get('x-parley-generation') ?? generation;
      await read(response);
    } else {
      outcome.refusals[response.status] = (outcome.refusals[response.status] ?? 0) + 1;
      await response.body?.cancel();
    }
  } catch (problem) {
    outcome.refusals[problem.cause?.code ?? problem.name] = (outcome.refusals[problem.cause?.code ?? problem.name] ?? 0) + 1;
  }
  if (!ended) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

outcome.seconds = Math.round((performance.now() - started) / 100) / 10;
outcome.whole = outcome.text === words;
if (outcome.whole) {
  delete outcome.text;
} else {
  outcome.text = outcome.text.slice(-200);
}
console.log(JSON.stringify(outcome));
process.exit(outcome.whole ? 0 : 1);
