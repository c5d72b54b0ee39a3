/** Reads server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */

/** Splits text into events, independent of chunk boundaries. */
export class SseParser {
  #rest = '';

  /** @returns {{id: string, name: string, data: string}[]} the events that are complete with this chunk */
  push(text) {
    const lines = (this.#rest + text).split('\n');
    const events = [];
    let begin = 0;
    for (let i = 0; i < lines.length - 1; i++) {
      if (lines[i] === '' || lines[i] === '\r') {
        events.push(event(lines.slice(begin, i)));
        begin = i + 1;
      }
    }
    this.#rest = lines.slice(begin).join('\n');
    return events.filter((found) => found.data !== '');
  }
}

function event(lines) {
  const fields = { id: '', event: '', data: [] };
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) {
      const value = line.slice(colon + 1).replace(/^ /, '').replace(/\r$/, '');
      const name = line.slice(0, colon);
      if (name === 'data') {
        fields.data.push(value);
      } else if (name in fields) {
        fields[name] = value;
      }
    }
  }
  return { id: fields.id, name: fields.event || 'message', data: fields.data.join('\n') };
}

/**
 * The events of a response as they arrive. Throws if the connection breaks.
 * @param {Response} response
 * @param {() => void} [onChunk] called when a part of the response arrives, which may be less than an event
 */
export async function* events(response, onChunk = () => {}) {
  const parser = new SseParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      onChunk();
      yield* parser.push(chunk.value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
