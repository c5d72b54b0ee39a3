/** Reads TeX: https://en.wikibooks.org/wiki/LaTeX/Mathematics */

import { adjust, attributes, fence, functionName, letter, node, operator, space, table, text } from './mathml-elements.js';
import * as tex from './tex.js';

/** Deeper formulas are not understood. */
const DEPTH_MAX = 50;

const PRIMES = ['', '′', '″', '‴', '⁗'];
const SIZES = { big: '1.2em', Big: '1.8em', bigg: '2.4em', Bigg: '3em' };

/** Styles that join letters to words. */
const WORDS = ['upright', 'bold', 'sans', 'mono', 'italic'];

/** The source has a syntax error, or a command that is not known. */
export class NotUnderstood extends Error {}

/** Reads a formula as MathML elements. */
export class TexReader {
  #tokens;
  #at = 0;
  #depth = 0;
  #style = '';
  /** Operators with limits below and above. */
  #withLimits = new WeakSet();

  constructor(source) {
    this.#tokens = source.match(/\\operatorname\*|\\[a-zA-Z]+|\\.|[0-9]+(?:\.[0-9]+)?|\s+|./gsu) ?? [];
  }

  /** The whole formula; several lines are a table. */
  all() {
    const rows = this.#rows(() => false);
    if (this.#at < this.#tokens.length) {
      fail();
    }
    return rows.length === 1 && rows[0].length === 1 ? rows[0][0] : [table(rows, 'aligned')];
  }

  /** Rows of cells, each a list of nodes. */
  #rows(isEnd) {
    const rows = [[]];
    for (;;) {
      rows.at(-1).push(this.#sequence((token) => token === '&' || token === '\\\\' || isEnd(token)));
      if (this.#peek() === '\\\\') {
        this.#at++;
        if (this.#tokens[this.#at] === '[') {
          this.#optional();
        }
        rows.push([]);
      } else if (this.#peek() === '&') {
        this.#at++;
      } else {
        const isEmpty = rows.length > 1 && rows.at(-1).every((cell) => cell.length === 0);
        return isEmpty ? rows.slice(0, -1) : rows;
      }
    }
  }

  #sequence(isEnd) {
    const nodes = [];
    for (let token = this.#peek(); token !== undefined && token !== '}' && !isEnd(token); token = this.#peek()) {
      if (token === '\\displaystyle' || token === '\\textstyle') {
        this.#at++;
        nodes.push(attributes(node('mstyle', this.#sequence(isEnd)), { displaystyle: String(token === '\\displaystyle') }));
      } else {
        const next = this.#scripted();
        adjust(next, nodes.at(-1), this.#peek());
        nodes.push(next);
      }
    }
    return nodes;
  }

  /** An atom with its superscript and subscript. */
  #scripted() {
    const base = this.#atom();
    let limits = this.#withLimits.has(base);
    let below;
    let above;
    let primes = 0;
    for (let token = this.#peek(); ['_', '^', "'", '\\limits', '\\nolimits'].includes(token); token = this.#peek()) {
      this.#at++;
      if (token === "'") {
        primes++;
      } else if (token.startsWith('\\')) {
        limits = token === '\\limits';
      } else if (token === '_') {
        below = below ? fail() : this.#argument();
      } else {
        above = above ? fail() : this.#argument();
      }
    }
    if (primes > 0) {
      const prime = node('mo', PRIMES[primes] ?? '′'.repeat(primes));
      above = above ? node('mrow', [prime, above]) : prime;
    }
    if (below && above) {
      return node(limits ? 'munderover' : 'msubsup', [base, below, above]);
    }
    return below ? node(limits ? 'munder' : 'msub', [base, below]) : above ? node(limits ? 'mover' : 'msup', [base, above]) : base;
  }

  /** What a command or a script applies to: a group, a command, or one character. */
  #argument() {
    const token = this.#peek();
    if (/^[0-9]./.test(token ?? '')) {
      this.#tokens[this.#at] = token.slice(1);
      return node('mn', tex.styled(token[0], this.#style));
    }
    return this.#atom();
  }

  #atom() {
    this.#depth++;
    if (this.#depth > DEPTH_MAX) {
      fail();
    }
    try {
      return this.#atomAtDepth();
    } finally {
      this.#depth--;
    }
  }

  #atomAtDepth() {
    const token = this.#next();
    if (token === '{') {
      const outer = this.#style;
      const inner = this.#sequence(() => false);
      this.#expect('}');
      this.#style = outer;
      return inner.length === 1 ? inner[0] : node('mrow', inner);
    } else if (token.startsWith('\\')) {
      return this.#command(token.slice(1));
    } else if (/^[0-9]/.test(token)) {
      return node('mn', [...token].map((digit) => tex.styled(digit, this.#style)).join(''));
    } else if (/^\p{L}$/u.test(token)) {
      return this.#letters(token);
    } else if (token === '~') {
      return space(tex.SPACES['~']);
    } else if (/^[()[\]|]$/.test(token)) {
      return fence(token);
    } else if (/^[-+*/=<>,.:;!?≤≥≠≈→⇒∈×·°%"]$/.test(token)) {
      return operator({ '-': '−', '*': '∗' }[token] ?? token);
    }
    return fail();
  }

  /** A letter, or a word in styles of words. */
  #letters(first) {
    let word = first;
    while (WORDS.includes(this.#style) && /^\p{L}$/u.test(this.#tokens[this.#at] ?? '')) {
      word += this.#tokens[this.#at++];
    }
    return letter([...word].map((character) => tex.styled(character, this.#style)).join(''), this.#style === 'upright');
  }

  #command(name) {
    if (tex.LETTERS[name]) {
      return letter(tex.styled(tex.LETTERS[name], this.#style), this.#style === 'upright');
    } else if (tex.UPRIGHT[name]) {
      return letter(tex.styled(tex.UPRIGHT[name], this.#style), true);
    } else if (tex.OPERATORS[name]) {
      return operator(tex.OPERATORS[name]);
    } else if (tex.FENCES[name]) {
      return fence(tex.FENCES[name]);
    } else if (tex.SUMS[name] || tex.INTEGRALS[name]) {
      return this.#limited(node('mo', tex.SUMS[name] ?? tex.INTEGRALS[name]), tex.SUMS[name]);
    } else if (tex.FUNCTIONS.includes(name) || tex.LIMITS[name]) {
      return this.#limited(functionName(tex.LIMITS[name] ?? name), tex.LIMITS[name]);
    } else if (tex.SPACES[name] !== undefined) {
      return space(tex.SPACES[name]);
    } else if (tex.STYLES[name] !== undefined) {
      return this.#inStyle(tex.STYLES[name]);
    } else if (tex.ACCENTS[name] || tex.ACCENTS_BELOW[name] || tex.LINES.includes(name)) {
      return this.#accented(name);
    }
    return this.#structure(name);
  }

  #structure(name) {
    switch (name) {
      case 'frac':
      case 'tfrac':
        return node('mfrac', [this.#argument(), this.#argument()]);
      case 'dfrac':
      case 'cfrac':
        return attributes(node('mstyle', [node('mfrac', [this.#argument(), this.#argument()])]), { displaystyle: 'true' });
      case 'binom':
      case 'dbinom':
      case 'tbinom':
        return node('mrow', [node('mo', '('), attributes(node('mfrac', [this.#argument(), this.#argument()]), { linethickness: '0' }), node('mo', ')')]);
      case 'sqrt':
        return this.#root();
      case 'left':
        return this.#fenced();
      case 'begin':
        return this.#environment();
      case 'overset':
      case 'stackrel':
        return node('mover', [this.#argument(), this.#argument()].reverse());
      case 'underset':
        return node('munder', [this.#argument(), this.#argument()].reverse());
      case 'text':
      case 'textrm':
      case 'textnormal':
      case 'mbox':
        return text(this.#raw());
      case 'textbf':
      case 'textit':
        return text([...this.#raw()].map((character) => tex.styled(character, name === 'textbf' ? 'bold' : 'italic')).join(''));
      case 'operatorname':
      case 'operatorname*':
        return this.#limited(functionName(this.#raw()), name.endsWith('*'));
      case 'not':
        return operator(`${this.#argument().textContent}\u0338`);
      case 'mod':
      case 'bmod':
        return operator('mod');
      case 'pmod':
        return node('mrow', [space('0.44em'), fence('('), functionName('mod'), this.#argument(), fence(')')]);
      case 'substack':
        return this.#stacked();
      case 'boxed':
        return attributes(node('mrow', [this.#argument()]), { class: 'boxed' });
      case 'phantom':
        return node('mphantom', [this.#argument()]);
      case 'tag':
        return node('mrow', [space('2em'), text(`(${this.#raw()})`)]);
      case 'nonumber':
      case 'notag':
        return node('mrow', []);
      default:
        return this.#sized(name);
    }
  }

  /** {@code \big(} and the like, and arrows with a text. */
  #sized(name) {
    const [, size] = /^(big|Big|bigg|Bigg)[lrm]?$/.exec(name) ?? [];
    if (size) {
      return attributes(this.#delimiter(), { minsize: SIZES[size], maxsize: SIZES[size] });
    }
    if (tex.ARROWS[name]) {
      const under = this.#peek() === '[' ? this.#optional() : null;
      const arrow = attributes(node('mo', tex.ARROWS[name]), { stretchy: 'true' });
      return under ? node('munderover', [arrow, under, this.#argument()]) : node('mover', [arrow, this.#argument()]);
    }
    return fail();
  }

  #limited(element, isLimited) {
    if (isLimited) {
      attributes(element, { movablelimits: 'true' });
      this.#withLimits.add(element);
    }
    return element;
  }

  #inStyle(style) {
    const outer = this.#style;
    this.#style = style;
    const argument = this.#argument();
    this.#style = outer;
    return argument;
  }

  #accented(name) {
    if (tex.LINES.includes(name)) {
      return attributes(node('mrow', [this.#argument()]), { class: name });
    }
    const isBelow = name in tex.ACCENTS_BELOW;
    const accent = attributes(node('mo', isBelow ? tex.ACCENTS_BELOW[name] : tex.ACCENTS[name]), { stretchy: String(tex.STRETCHED.includes(name)) });
    const accented = attributes(node(isBelow ? 'munder' : 'mover', [this.#argument(), accent]), { [isBelow ? 'accentunder' : 'accent']: 'true' });
    if (name.endsWith('brace')) {
      this.#withLimits.add(accented);
    }
    return accented;
  }

  #root() {
    const index = this.#peek() === '[' ? this.#optional() : null;
    return index ? node('mroot', [this.#argument(), index]) : node('msqrt', [this.#argument()]);
  }

  #stacked() {
    this.#expect('{');
    const rows = this.#rows(() => false);
    this.#expect('}');
    return table(rows, 'substack');
  }

  /** An argument in brackets. */
  #optional() {
    this.#expect('[');
    const inner = this.#sequence((token) => token === ']');
    this.#expect(']');
    return node('mrow', inner);
  }

  #fenced() {
    const content = [this.#delimiter()];
    for (;;) {
      content.push(...this.#sequence((token) => token === '\\right' || token === '\\middle'));
      const end = this.#next();
      content.push(this.#delimiter());
      if (end !== '\\middle') {
        return end === '\\right' ? node('mrow', content) : fail();
      }
    }
  }

  /** A bracket as high as its content; a full stop is none. */
  #delimiter() {
    const token = this.#next();
    const bracket = token.startsWith('\\') ? (tex.FENCES[token.slice(1)] ?? tex.OPERATORS[token.slice(1)]) : { '<': '⟨', '>': '⟩', '.': '' }[token] ?? token;
    return attributes(node('mo', bracket ?? fail()), { stretchy: 'true', symmetric: 'true', fence: 'true' });
  }

  #environment() {
    const name = this.#raw();
    const kind = name.replace('*', '');
    const [opening, closing] = tex.TABLES[kind] ?? fail();
    if (kind === 'array' || kind === 'alignat') {
      this.#raw();
    }
    const rows = this.#rows((token) => token === '\\end');
    this.#expect('\\end');
    if (this.#raw() !== name) {
      fail();
    }
    const brackets = [opening, closing].map((bracket) => (bracket ? [node('mo', bracket)] : []));
    return node('mrow', [...brackets[0], table(rows, kind), ...brackets[1]]);
  }

  /** The literal text in braces. */
  #raw() {
    this.#expect('{');
    let literal = '';
    for (let depth = 1; ; this.#at++) {
      const token = this.#tokens[this.#at] ?? fail();
      depth += token === '{' ? 1 : token === '}' ? -1 : 0;
      if (depth === 0) {
        this.#at++;
        return literal;
      }
      literal += token === '{' || token === '}' || token === '$' ? '' : tex.SPACES[token.slice(1)] && token[0] === '\\' ? ' ' : token.replace(/^\\(?=[^a-zA-Z])/, '');
    }
  }

  #peek() {
    while (/^\s+$/.test(this.#tokens[this.#at] ?? '')) {
      this.#at++;
    }
    return this.#tokens[this.#at];
  }

  #next() {
    const token = this.#peek() ?? fail();
    this.#at++;
    return token;
  }

  #expect(token) {
    if (this.#next() !== token) {
      fail();
    }
  }
}

/** @returns {never} */
function fail() {
  throw new NotUnderstood();
}
