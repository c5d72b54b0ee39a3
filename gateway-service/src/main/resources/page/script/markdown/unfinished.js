/** Prepares incomplete Markdown: ambiguous ends are completed or held back, so that rendering does not flicker. */

import { blocksOf } from './renderer.js';

/** A line that may begin or end code. */
const FENCE = /^\s*(?:(?:>|[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})/;

/**
 * An ambiguous line: it may begin a list, a heading, a rule, a table or a fence. No two parts that repeat match the same
 * characters: this is tested in each frame, on lines of any length.
 */
const UNDECIDED = /^(?:[-=*_+#>|`~:$\\\s]+|[\s>]*(?:\d{1,9}[.)]?|[-*+]\s+\[[ xX]?\]?)\s*)$/;

/** A longer formula is shown although it is incomplete. */
const FORMULA_MAX = 600;
const SHORT_FORMULA_MAX = 60;

/** More open spans are no emphasis: closing them would nest as many elements. */
const SPANS_MAX = 10;

/** Each mark is compared with all open spans, so a text with more is not read to its end. */
const OPEN_MAX = 300;

/** Whether a text of complete lines ends within a fenced code block. */
export function isInFence(text) {
  const tokens = blocksOf(text);
  const last = tokens.findLast(({ nesting }) => nesting >= 0);
  if (last?.type !== 'fence') {
    return false;
  }
  const [first, end] = last.map;
  const isClosed = end - first === linesOf(last.content) + 2;
  return !isClosed && end === linesOf(text);
}

function linesOf(text) {
  return text.split('\n').length - 1;
}

/** The text with its most probable completion. */
export function settled(text) {
  const lineStart = text.lastIndexOf('\n') + 1;
  const lastLine = text.slice(lineStart);
  if (isInFence(text.slice(0, lineStart))) {
    return /^\s*[`~]+\s*$/.test(lastLine) ? text.slice(0, lineStart) : text;
  }
  const decided = UNDECIDED.test(lastLine) || FENCE.test(lastLine) ? text.slice(0, lineStart) : text.replace(/\\$/, '');
  return withEmphasisClosed(withoutHalfLink(withoutHalfTable(withoutHalfFormula(decided))));
}

/** Rows appear when complete; the first together with the head, since both determine the column widths. */
function withoutHalfTable(text) {
  const lines = text.split('\n');
  const whole = text.endsWith('\n') ? lines.slice(0, -1) : lines;
  let first = whole.length;
  while (first > 0 && /^\s*\|/.test(whole[first - 1])) {
    first--;
  }
  const rows = whole.slice(first, lines.length - 1);
  const isNoTable = rows.length >= 2 && !/^[\s|:-]+$/.test(rows[1]);
  if (first === whole.length || isNoTable) {
    return text;
  }
  return whole.slice(0, rows.length >= 3 ? first + rows.length : first).join('\n');
}

/** Of a link or picture that may be incomplete at the end, only the description. Reads each character once. */
function withoutHalfLink(text) {
  const lastParenthesis = text.lastIndexOf(')');
  let close;
  for (let at = text.indexOf('[', text.lastIndexOf('\n') + 1); at >= 0; at = text.indexOf('[', close)) {
    close = text.indexOf(']', at);
    if (close < 0 || close === text.length - 1 || (text[close + 1] === '(' && lastParenthesis < close)) {
      return text.slice(0, text[at - 1] === '!' ? at - 1 : at) + text.slice(at + 1, close < 0 ? text.length : close);
    }
  }
  return text;
}

/** Appends the marks that close open spans of the last paragraph. */
function withEmphasisClosed(text) {
  const start = lastParagraph(text);
  const bare = text.slice(start).replace(/(?<![*_~`])[*_~`]+$/, '');
  const open = [];
  for (const [, code, mark, before, after] of marks(bare)) {
    if (open.length > OPEN_MAX) {
      return text;
    }
    if (code) {
      toggle(open, code, true, true);
    } else if (open.at(-1)?.[0] !== '`') {
      const opens = /\S/.test(after) && !(mark[0] === '_' && /[\p{L}\p{N}]/u.test(before));
      for (const part of mark.length === 3 ? [mark.slice(0, 2), mark[0]] : [mark]) {
        toggle(open, part, opens, /\S/.test(before));
      }
    }
  }
  if (open.length > SPANS_MAX) {
    return text;
  }
  return text.slice(0, start) + (open.length > 0 ? bare.trimEnd() : bare) + open.reverse().join('');
}

/** Where the last paragraph begins: after an empty line, or after code. */
function lastParagraph(text) {
  const lines = text.split('\n');
  let line = lines.length - 1;
  while (line > 0 && lines[line - 1].trim() !== '' && !FENCE.test(lines[line - 1])) {
    line--;
  }
  return text.length - lines.slice(line).join('\n').length;
}

/** The marks of a text, each with the characters beside it. */
function* marks(text) {
  for (const match of text.matchAll(/\\.|(`+)|(\*{1,3}|_{1,3}|~~)/gs)) {
    if (match[1] || match[2]) {
      yield [match[0], match[1], match[2], text[match.index - 1] ?? ' ', text[match.index + match[0].length] ?? ' '];
    }
  }
}

function toggle(open, mark, opens, closes) {
  const at = open.lastIndexOf(mark);
  if (at >= 0 && closes) {
    open.length = at;
  } else if (opens) {
    open.push(mark);
  }
}

/** A formula is shown when complete: partial TeX would render differently with each character. */
function withoutHalfFormula(text) {
  const start = lastParagraph(text);
  for (const [opening, closing] of [['$$', '$$'], ['\\[', '\\]'], ['\\(', '\\)']]) {
    const at = text.lastIndexOf(opening);
    const isOpen = at >= 0 && (opening === closing ? text.split(opening).length % 2 === 0 : text.indexOf(closing, at) < 0);
    if (isOpen && text.length - at <= FORMULA_MAX) {
      return text.slice(0, at);
    }
  }
  const short = /(?:^|[\s(])\$(?=[^\s\d$])[^$\n`]*$/.exec(text.slice(start));
  const at = short && start + text.slice(start).indexOf('$', short.index);
  return short && text.length - at <= SHORT_FORMULA_MAX ? text.slice(0, at) : text;
}
