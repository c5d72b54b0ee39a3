/** Excludes formulas from Markdown parsing: {@code $x$}, {@code $$x$$}, {@code \(x\)} and {@code \[x\]}. */

const DELIMITERS = [['$$', '$$', true], ['\\[', '\\]', true], ['\\(', '\\)', false], ['$', '$', false]];

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
    const end = state.src.indexOf(closing, begin);
    if (end <= begin || end > state.posMax || (opening === '$' && !isFormula(state.src, begin, end))) {
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

/** Excludes the text between two dollar amounts. */
function isFormula(text, begin, end) {
  return /\S/.test(text[begin]) && /\S/.test(text[end - 1]) && !/\d/.test(text[end + 1] ?? '') && !text.slice(begin, end).includes('\n');
}

function block(state, firstLine, endLine, silent) {
  const begin = state.bMarks[firstLine] + state.tShift[firstLine];
  const found = DELIMITERS.find(([opening, , display]) => display && state.src.startsWith(opening, begin));
  if (!found) {
    return false;
  }
  const [opening, closing] = found;
  for (let line = firstLine; line < endLine; line++) {
    const from = line === firstLine ? begin + opening.length : state.bMarks[line] + state.tShift[line];
    const end = state.src.slice(0, state.eMarks[line]).trimEnd();
    if (line > firstLine && state.sCount[line] < state.blkIndent) {
      return false;
    }
    if (end.length - closing.length >= from && end.endsWith(closing)) {
      if (!silent) {
        const token = state.push('math_block', '', 0);
        token.block = true;
        token.map = [firstLine, line + 1];
        token.content = state.src.slice(begin + opening.length, end.length - closing.length).trim();
        state.line = line + 1;
      }
      return true;
    }
  }
  return false;
}
