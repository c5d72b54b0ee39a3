/** Renders formulas of common TeX commands as MathML; others remain as source text. */

const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';

const LETTERS = {
  alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ϵ', varepsilon: 'ε', zeta: 'ζ', eta: 'η', theta: 'θ', iota: 'ι', kappa: 'κ',
  lambda: 'λ', mu: 'μ', nu: 'ν', xi: 'ξ', pi: 'π', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'ϕ', varphi: 'φ', chi: 'χ', psi: 'ψ', omega: 'ω',
  Gamma: 'Γ', Delta: 'Δ', Theta: 'Θ', Lambda: 'Λ', Xi: 'Ξ', Pi: 'Π', Sigma: 'Σ', Phi: 'Φ', Psi: 'Ψ', Omega: 'Ω',
  infty: '∞', partial: '∂', nabla: '∇', ell: 'ℓ', hbar: 'ℏ', emptyset: '∅',
};
const OPERATORS = {
  cdot: '·', times: '×', div: '÷', pm: '±', mp: '∓', le: '≤', leq: '≤', ge: '≥', geq: '≥', ne: '≠', neq: '≠', approx: '≈', equiv: '≡', sim: '∼',
  to: '→', rightarrow: '→', leftarrow: '←', Rightarrow: '⇒', Leftarrow: '⇐', iff: '⇔', mapsto: '↦', in: '∈', notin: '∉', subset: '⊂', subseteq: '⊆',
  cup: '∪', cap: '∩', forall: '∀', exists: '∃', neg: '¬', land: '∧', lor: '∨', sum: '∑', prod: '∏', int: '∫', ldots: '…', dots: '…', cdots: '⋯',
  mid: '|', propto: '∝', circ: '∘', oplus: '⊕', ll: '≪', gg: '≫', langle: '⟨', rangle: '⟩', '{': '{', '}': '}', '|': '‖',
};
const SPACES = { ',': '0.17em', ':': '0.22em', ';': '0.28em', '!': '0', ' ': '0.3em', quad: '1em', qquad: '2em' };
const FUNCTIONS = ['log', 'ln', 'exp', 'sin', 'cos', 'tan', 'lim', 'max', 'min', 'sup', 'inf', 'det', 'arg', 'gcd', 'mod', 'Pr'];
const TEXTS = ['text', 'mathrm', 'operatorname', 'mathbf', 'textbf', 'mathit', 'mathbb', 'mathcal'];
const LARGE = ['∑', '∏', 'lim', 'max', 'min'];

/** Replaces the source in an element by its formula. */
export function typeset(element) {
  const source = element.textContent;
  try {
    const math = node('math', new Reader(source).all());
    if (element.classList.contains('display')) {
      math.setAttribute('display', 'block');
    }
    math.setAttribute('alttext', source);
    element.replaceChildren(math);
  } catch (failure) {
    if (!(failure instanceof NotUnderstood)) {
      throw failure;
    }
  }
}

class NotUnderstood extends Error {}

class Reader {
  #tokens;
  #at = 0;

  constructor(source) {
    this.#tokens = source.match(/\\[a-zA-Z]+|\\.|[0-9]+(?:\.[0-9]+)?|\s+|./gsu) ?? [];
  }

  all() {
    const found = this.#sequence(() => false);
    if (this.#at < this.#tokens.length) {
      throw new NotUnderstood();
    }
    return found;
  }

  #sequence(isEnd) {
    const nodes = [];
    for (let token = this.#peek(); token !== undefined && token !== '}' && !isEnd(token); token = this.#peek()) {
      nodes.push(this.#scripted());
    }
    return nodes;
  }

  /** An atom with its superscript and subscript. */
  #scripted() {
    const base = this.#atom();
    let below;
    let above;
    for (let token = this.#peek(); token === '_' || token === '^' || token === "'"; token = this.#peek()) {
      this.#at++;
      if (token === '_') {
        below = this.#atom();
      } else {
        above = token === "'" ? node('mo', '′') : this.#atom();
      }
    }
    const large = LARGE.includes(base.textContent);
    if (below && above) {
      return node(large ? 'munderover' : 'msubsup', [base, below, above]);
    }
    return below ? node(large ? 'munder' : 'msub', [base, below]) : above ? node(large ? 'mover' : 'msup', [base, above]) : base;
  }

  #atom() {
    const token = this.#next();
    if (token === '{') {
      return this.#group();
    } else if (token.startsWith('\\')) {
      return this.#command(token.slice(1));
    } else if (/^[0-9]/.test(token)) {
      return node('mn', token);
    } else if (/^\p{L}$/u.test(token)) {
      return node('mi', token);
    } else if (/^[-+*/=<>()[\]|,.:;!]$/.test(token)) {
      return node('mo', token === '-' ? '−' : token);
    }
    throw new NotUnderstood();
  }

  #group() {
    const inner = this.#sequence(() => false);
    this.#expect('}');
    return node('mrow', inner);
  }

  #command(name) {
    if (LETTERS[name]) {
      return node('mi', LETTERS[name]);
    } else if (OPERATORS[name]) {
      return node('mo', OPERATORS[name]);
    } else if (FUNCTIONS.includes(name)) {
      return node('mi', name);
    } else if (SPACES[name] !== undefined) {
      const space = node('mspace', []);
      space.setAttribute('width', SPACES[name]);
      return space;
    } else if (TEXTS.includes(name)) {
      return node(name === 'text' || name === 'textbf' ? 'mtext' : 'mi', this.#raw());
    } else if (['frac', 'dfrac', 'tfrac'].includes(name)) {
      return node('mfrac', [this.#atom(), this.#atom()]);
    } else if (name === 'binom') {
      const pair = node('mfrac', [this.#atom(), this.#atom()]);
      pair.setAttribute('linethickness', '0');
      return node('mrow', [node('mo', '('), pair, node('mo', ')')]);
    } else if (name === 'sqrt' && this.#peek() !== '[') {
      return node('msqrt', [this.#atom()]);
    } else if (['hat', 'bar', 'overline', 'vec', 'tilde'].includes(name)) {
      return node('mover', [this.#atom(), node('mo', { hat: '^', bar: '¯', overline: '¯', vec: '→', tilde: '~' }[name])]);
    } else if (name === 'left') {
      return this.#fenced();
    }
    throw new NotUnderstood();
  }

  #fenced() {
    const opening = this.#delimiter();
    const inner = this.#sequence((token) => token === '\\right');
    this.#expect('\\right');
    return node('mrow', [opening, ...inner, this.#delimiter()]);
  }

  #delimiter() {
    const token = this.#next();
    const delimiter = OPERATORS[token.replace('\\', '')] ?? token;
    return node('mo', delimiter === '.' ? '' : delimiter);
  }

  /** The literal text in braces. */
  #raw() {
    this.#expect('{');
    let text = '';
    while (this.#tokens[this.#at] !== '}') {
      text += this.#tokens[this.#at] ?? fail();
      this.#at++;
    }
    this.#at++;
    return text.replaceAll('\\', '');
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
      throw new NotUnderstood();
    }
  }
}

function fail() {
  throw new NotUnderstood();
}

function node(name, content) {
  const element = document.createElementNS(NAMESPACE, name);
  element.append(...(Array.isArray(content) ? content : [content]));
  return element;
}
