/**
 * Renders Markdown while it is streamed. Finished blocks are built once and not changed again; the open part is parsed
 * at most once a frame, and only differences are applied to the document.
 */

import { openFormulas } from './math.js';
import { blocksOf, fragment } from './renderer.js';
import { morph } from './morph.js';
import { isInFence, settled } from './unfinished.js';

/** Rendering takes at most a third of the frame time. */
const REST_PER_WORK = 2;

/**
 * A longer text is parsed in parts, because the time to parse some texts is quadratic in their length. A part ends
 * after a block, or within it if the block is this long. Code is not divided, and a table only beyond the second limit.
 */
const PART_MAX = 16_384;
const TABLE_MAX = 65_536;

export class MarkdownStream {
  #container;
  #onFinishedBlock;
  #frozen = 0;
  #tail = '';
  #pending = '';
  #scheduled = 0;
  #restUntil = 0;
  #context = {};

  /**
   * @param {Element} container parent of the blocks, owned by this object
   * @param {(block: Element) => void} onFinishedBlock called with each element that is final
   */
  constructor(container, onFinishedBlock = () => {}) {
    this.#container = container;
    this.#onFinishedBlock = onFinishedBlock;
  }

  append(text) {
    this.#pending += text;
    this.#scheduled ||= requestAnimationFrame((now) => this.#frame(now));
  }

  /** The text is complete: renders and finishes all of it. */
  finish() {
    cancelAnimationFrame(this.#scheduled);
    this.#tail += this.#pending;
    this.#pending = '';
    this.#shorten();
    this.#show(this.#tail, '');
    this.#tail = '';
  }

  #frame(now) {
    this.#scheduled = 0;
    if (now < this.#restUntil) {
      this.append('');
      return;
    }
    const begun = performance.now();
    const step = revealed(this.#pending);
    this.#tail += this.#pending.slice(0, step);
    this.#pending = this.#pending.slice(step);
    this.#shorten();
    const finished = finishedLength(this.#tail);
    this.#show(this.#tail.slice(0, finished), settled(this.#tail.slice(finished)));
    this.#tail = this.#tail.slice(finished);
    const ended = performance.now();
    this.#restUntil = ended + REST_PER_WORK * (ended - begun) - 8;
    if (this.#pending) {
      this.append('');
    }
  }

  /** Finishes parts of the tail until it is short enough to be parsed at once. */
  #shorten() {
    for (let length = partLength(this.#tail); length < this.#tail.length; length = partLength(this.#tail)) {
      this.#show(this.#tail.slice(0, length), '');
      this.#tail = this.#tail.slice(length);
    }
  }

  #show(finished, open) {
    const done = finished ? [...fragment(finished, this.#context).children] : [];
    const rest = open ? [...fragment(open, { ...structuredClone(this.#context), isGrowing: true }).children] : [];
    morph(this.#container, this.#frozen, [...done, ...rest]);
    [...this.#container.children].slice(this.#frozen, this.#frozen + done.length).forEach(this.#onFinishedBlock);
    this.#frozen += done.length;
  }
}

/** The number of received characters to show in this frame; the rest follows soon, which smooths bursts. */
function revealed(pending) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const length = Math.min(PART_MAX, calm || document.hidden ? pending.length : Math.max(8, Math.ceil(pending.length / 4)));
  const last = pending.charCodeAt(length - 1);
  return last >= 0xd800 && last < 0xdc00 ? length + 1 : length;
}

/** The number of characters in blocks that can no longer change. */
export function finishedLength(text) {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const blocks = blocksOf(whole).filter((token) => token.level === 0 && token.map && token.nesting >= 0);
  const last = blocks.at(-1);
  if (!last) {
    return 0;
  }
  const formula = blocks.find(beginsFormula(whole));
  if (formula) {
    return offsetOfLine(whole, formula.map[0]);
  }
  return isFinished(last, whole, text.slice(whole.length)) ? whole.length : offsetOfLine(whole, last.map[0]);
}

/** Whether a formula begins in a block that the rest of the text may close. Its empty lines seem to end the block. */
function beginsFormula(text) {
  const lines = openFormulas(text);
  return ({ type, map: [first, end] }) => ['paragraph_open', 'heading_open'].includes(type) && lines.some((line) => first <= line && line < end);
}

/** The length of the first part of a text; all of it if it is short. */
function partLength(text) {
  for (let max = PART_MAX; max < text.length; max *= 2) {
    const begin = text.slice(0, max);
    const length = finishedLength(begin);
    if (length > 0) {
      return length;
    }
    const tokens = blocksOf(begin);
    const isCode = tokens.filter(({ nesting }) => nesting === 0).at(-1)?.type === 'fence';
    if (!isCode && !(tokens.at(-1)?.type === 'table_close' && max < TABLE_MAX)) {
      return divided(begin);
    }
  }
  return text.length;
}

/** Where to divide a block: before an unindented line, such as an item of a list, or else at its last line. */
function divided(text) {
  const line = Math.max(...[...text.matchAll(/\n(?=[^\s])/g)].map(({ index }) => index + 1), 0) || text.lastIndexOf('\n') + 1 || text.length;
  const last = text.charCodeAt(line - 1);
  return last >= 0xd800 && last < 0xdc00 ? line - 1 : line;
}

/** Leaf blocks, and blocks that unindented text after an empty line does not continue. */
function isFinished(block, whole, partialLine) {
  if (isInFence(whole)) {
    return false;
  }
  const emptyLine = /(?:^|\n)[ \t]*\n$/.test(whole);
  const leaf = ['paragraph_open', 'heading_open', 'hr', 'fence', 'table_open', 'math_block'].includes(block.type);
  return emptyLine && (leaf || /^\p{L}/u.test(partialLine));
}

function offsetOfLine(text, line) {
  let offset = 0;
  for (let i = 0; i < line; i++) {
    offset = text.indexOf('\n', offset) + 1;
  }
  return offset;
}
