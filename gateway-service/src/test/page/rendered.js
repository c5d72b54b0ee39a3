import { load, window } from './browser.js';

const { MarkdownStream } = await load('markdown/stream.js');

/** Renders a complete answer. */
export function whole(text) {
  const root = window.document.createElement('div');
  const stream = new MarkdownStream(root);
  stream.append(text);
  stream.finish();
  return root;
}

/** Renders an answer that arrives in pieces of some characters. */
export async function streamed(text, length) {
  const root = window.document.createElement('div');
  const stream = new MarkdownStream(root);
  for (let at = 0; at < text.length; at += length) {
    stream.append(text.slice(at, at + length));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  stream.finish();
  return root;
}
