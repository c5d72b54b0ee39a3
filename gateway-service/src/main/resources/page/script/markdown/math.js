/** Excludes formulas from Markdown parsing: {@code $x$}, {@code $$x$$}, {@code \(x\)} and {@code \[x\]}. */

/** @type {[string, string, boolean][]} */
const DELIMITERS = [['$$', '$$', true], ['\\[', '\\]', true], ['\\(', '\\)', false], ['$', '$', false]];

/** A longer formula is text. */
const LENGTH_MAX = 4_000;

/** The last search for each delimiter. */
const searches = new Map();

/** A plug-in of markdown-it. */
export function math(markdown) {
  markdown.inline.ruler.before('escape', 'math', inline);
  markdown.block.ruler.before('fence', 'math_block', block, { alt: ['paragraph', 'blockquote', 'list'] });
  const { escapeHtml } = markdown.utils;
  markdown.renderer.rules.math = (tokens, i) => `<span class="math${tokens[i].block ? ' display' : ''}">${escapeHtml(tokens[i].content)}</span>`;
  markdown.renderer.rules.math_block = (tokens, i) => `<p class="math-block"><span class="math display">${escapeHtml(tokens[i].content)}</span></p>\n`;
}

function inline(state, silent) {
  for (const [opening, closing, display] of DELIMITERS) {
    if (!state.src.startsWith(opening, state.pos)) {
      continue;
    }
    const begin = state.pos + opening.length;
    const end = closingAt(state.src, closing, begin);
    if (end <= begin || end > begin + LENGTH_MAX || end > state.posMax || (opening === '$' && !isFormula(state.src, begin, end))) {
      continue;
    }
    if (!silent) {
      const token = state.push('math', '', 0);
      token.content = state.src.slice(begin, end).trim();
      token.block = display;
    }
    state.pos = end + closing.length;
    return true;
  }
  return false;
}

/** Where the next delimiter is; infinite if there is none. A text with many unclosed formulas is searched only once. */
function closingAt(text, closing, from) {
  const last = searches.get(closing);
  if (last?.text === text && last.from <= from && from <= last.at) {
    return last.at;
  }
  const at = text.indexOf(closing, from);
  searches.set(closing, { text, from, at: at < 0 ? Infinity : at });
  return at < 0 ? Infinity : at;
}

/** Excludes the text between two dollar amounts. */
function isFormula(text, begin, end) {
  return /\S/.test(text[begin]) && /\S/.test(text[end - 1]) && !/\d/.test(text[end + 1] ?? '') && !text.slice(begin, end).includes('\n');
}

/** Where a line begins a formula. */
const OPENING = /^ {0,3}(\$\$|\\\[)/gm;

/**
 * The lines in which a formula begins that has no end yet, and may get one. A line of code or the last one of a formula may
 * be among them.
 */
export function openFormulas(text) {
  const lines = [];
  let line = 0;
  let counted = 0;
  for (const { 0: { length }, 1: opening, index } of text.matchAll(OPENING)) {
    const begin = index + length;
    const [, closing] = DELIMITERS.find(([known]) => known === opening);
    line += text.slice(counted, index).split('\n').length - 1;
    counted = index;
    if (text.length <= begin + LENGTH_MAX && closingAt(text, closing, begin) === Infinity) {
      lines.push(line);
    }
  }
  return lines;
}

function block(state, firstLine, endLine, silent) {
  const begin = state.bMarks[firstLine] + state.tShift[firstLine];
  const found = DELIMITERS.find(([opening, , display]) => display && state.src.startsWith(opening, begin));
  if (!found) {
    return false;
  }
  const [opening, closing] = found;
  if (closingAt(state.src, closing, begin + opening.length) > begin + LENGTH_MAX) {
    return false;
  }
  for (let line = firstLine; line < endLine && state.bMarks[line] < begin + LENGTH_MAX; line++) {
    const from = line === firstLine ? begin + opening.length : state.bMarks[line] + state.tShift[line];
    const end = from + state.src.slice(from, state.eMarks[line]).trimEnd().length;
    if (line > firstLine && state.sCount[line] < state.blkIndent && !state.isEmpty(line)) {
      return false;
    }
    if (end - closing.length >= from && state.src.startsWith(closing, end - closing.length)) {
      if (!silent) {
        const token = state.push('math_block', '', 0);
        token.block = true;
        token.map = [firstLine, line + 1];
        token.content = state.src.slice(begin + opening.length, end - closing.length).trim();
        state.line = line + 1;
      }
      return true;
    }
  }
  return false;
}
