/** The TeX commands that formulas may use, with their characters. */

/** A table without the names that each object has: a formula may contain {@code \constructor}. */
const table = (entries) => Object.assign(Object.create(null), entries);

/** Letters, by command; TeX sets capital Greek letters and the last line upright. */
export const LETTERS = table({
  alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ϵ', varepsilon: 'ε', zeta: 'ζ', eta: 'η', theta: 'θ', vartheta: 'ϑ', iota: 'ι',
  kappa: 'κ', lambda: 'λ', mu: 'μ', nu: 'ν', xi: 'ξ', omicron: 'ο', pi: 'π', varpi: 'ϖ', rho: 'ρ', varrho: 'ϱ', sigma: 'σ', varsigma: 'ς',
  tau: 'τ', upsilon: 'υ', phi: 'ϕ', varphi: 'φ', chi: 'χ', psi: 'ψ', omega: 'ω', imath: 'ı', jmath: 'ȷ', partial: '∂',
});
export const UPRIGHT = table({
  Gamma: 'Γ', Delta: 'Δ', Theta: 'Θ', Lambda: 'Λ', Xi: 'Ξ', Pi: 'Π', Sigma: 'Σ', Upsilon: 'Υ', Phi: 'Φ', Psi: 'Ψ', Omega: 'Ω',
  infty: '∞', nabla: '∇', ell: 'ℓ', hbar: 'ℏ', emptyset: '∅', varnothing: '∅', aleph: 'ℵ', Re: 'ℜ', Im: 'ℑ', wp: '℘', prime: '′', angle: '∠',
  triangle: '△', square: '□', Box: '□', top: '⊤', bot: '⊥', degree: '°', dagger: '†', checkmark: '✓', '%': '%', '#': '#', '&': '&', $: '$', _: '_',
});

/** Binary operators, relations, arrows and punctuation. */
export const OPERATORS = table({
  cdot: '⋅', times: '×', div: '÷', pm: '±', mp: '∓', ast: '∗', star: '⋆', circ: '∘', bullet: '∙', oplus: '⊕', ominus: '⊖', otimes: '⊗', odot: '⊙',
  cup: '∪', cap: '∩', sqcup: '⊔', setminus: '∖', wedge: '∧', land: '∧', vee: '∨', lor: '∨', neg: '¬', lnot: '¬',
  le: '≤', leq: '≤', leqslant: '⩽', ge: '≥', geq: '≥', geqslant: '⩾', lt: '<', gt: '>', ne: '≠', neq: '≠', ll: '≪', gg: '≫', approx: '≈', equiv: '≡',
  sim: '∼', simeq: '≃', cong: '≅', propto: '∝', prec: '≺', succ: '≻', in: '∈', ni: '∋', notin: '∉', subset: '⊂', subseteq: '⊆', supset: '⊃',
  supseteq: '⊇', subsetneq: '⊊', perp: '⟂', parallel: '∥', mid: '∣', nmid: '∤', models: '⊨', vdash: '⊢', therefore: '∴', because: '∵',
  forall: '∀', exists: '∃', nexists: '∄', coloneqq: '≔',
  to: '→', rightarrow: '→', gets: '←', leftarrow: '←', leftrightarrow: '↔', Rightarrow: '⇒', Leftarrow: '⇐', Leftrightarrow: '⇔', implies: '⟹',
  impliedby: '⟸', iff: '⟺', mapsto: '↦', longrightarrow: '⟶', longleftarrow: '⟵', longmapsto: '⟼', Longrightarrow: '⟹', hookrightarrow: '↪',
  uparrow: '↑', downarrow: '↓', Uparrow: '⇑', Downarrow: '⇓', rightleftharpoons: '⇌', nearrow: '↗', searrow: '↘',
  ldots: '…', dots: '…', dotsc: '…', dotsb: '⋯', cdots: '⋯', vdots: '⋮', ddots: '⋱', colon: ':',
});

/** Brackets, which have the height of their content only after {@code \left} and the like. */
export const FENCES = table({
  langle: '⟨', rangle: '⟩', lfloor: '⌊', rfloor: '⌋', lceil: '⌈', rceil: '⌉', lbrace: '{', rbrace: '}', '{': '{', '}': '}', lbrack: '[', rbrack: ']',
  vert: '|', lvert: '|', rvert: '|', Vert: '‖', lVert: '‖', rVert: '‖', '|': '‖', backslash: '\\',
});

/** Large operators: those of the first line have their limits below and above. */
export const SUMS = table({ sum: '∑', prod: '∏', coprod: '∐', bigcup: '⋃', bigcap: '⋂', bigoplus: '⨁', bigotimes: '⨂', bigvee: '⋁', bigwedge: '⋀', bigsqcup: '⨆' });
export const INTEGRALS = table({ int: '∫', iint: '∬', iiint: '∭', oint: '∮' });

export const FUNCTIONS = [
  'log', 'ln', 'lg', 'exp', 'sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'sinh', 'cosh', 'tanh', 'coth', 'arcsin', 'arccos', 'arctan', 'arg', 'deg', 'dim',
  'hom', 'ker',
];
export const LIMITS = table({ lim: 'lim', limsup: 'lim sup', liminf: 'lim inf', max: 'max', min: 'min', sup: 'sup', inf: 'inf', det: 'det', gcd: 'gcd', Pr: 'Pr', argmax: 'arg max', argmin: 'arg min' });

export const SPACES = table({ ',': '0.17em', ':': '0.22em', '>': '0.22em', ';': '0.28em', '!': '-0.17em', ' ': '0.33em', '~': '0.33em', enspace: '0.5em', quad: '1em', qquad: '2em' });

export const ACCENTS = table({
  hat: '^', widehat: '^', bar: '¯', vec: '→', overrightarrow: '→', overleftarrow: '←', tilde: '~', widetilde: '~', dot: '˙', ddot: '¨',
  dddot: '⃛', check: 'ˇ', breve: '˘', acute: '´', grave: '`', mathring: '˚', overbrace: '⏞',
});
export const ACCENTS_BELOW = table({ underbrace: '⏟' });
export const STRETCHED = ['widehat', 'overrightarrow', 'overleftarrow', 'widetilde', 'overbrace', 'underbrace'];

/** Lines as wide as their content are borders, since few fonts have characters that grow. */
export const LINES = ['overline', 'underline'];

export const ARROWS = table({ xrightarrow: '→', xleftarrow: '←', xleftrightarrow: '↔', xRightarrow: '⇒', xmapsto: '↦' });

/** Environments of rows, with the brackets around them. */
export const TABLES = table({
  matrix: ['', ''], pmatrix: ['(', ')'], bmatrix: ['[', ']'], Bmatrix: ['{', '}'], vmatrix: ['|', '|'], Vmatrix: ['‖', '‖'], smallmatrix: ['', ''],
  array: ['', ''], cases: ['{', ''], rcases: ['', '}'], aligned: ['', ''], align: ['', ''], alignat: ['', ''], split: ['', ''], gathered: ['', ''],
  gather: ['', ''], equation: ['', ''],
});

/** Styles of letters, by command. */
export const STYLES = table({
  mathbb: 'double', mathcal: 'script', mathscr: 'script', mathfrak: 'fraktur', mathbf: 'bold', boldsymbol: 'boldItalic', bm: 'boldItalic', mathsf: 'sans',
  mathtt: 'mono', mathit: 'italic', mathrm: 'upright', mathnormal: '',
});

/** Where a style has A, a, 0, Α and α in Unicode; 0 if it has none. */
const ALPHABETS = {
  double: [0x1d538, 0x1d552, 0x1d7d8, 0, 0], script: [0x1d49c, 0x1d4b6, 0, 0, 0], fraktur: [0x1d504, 0x1d51e, 0, 0, 0],
  bold: [0x1d400, 0x1d41a, 0x1d7ce, 0x1d6a8, 0x1d6c2], boldItalic: [0x1d468, 0x1d482, 0x1d7ce, 0x1d71c, 0x1d736],
  sans: [0x1d5a0, 0x1d5ba, 0x1d7e2, 0, 0], mono: [0x1d670, 0x1d68a, 0x1d7f6, 0, 0], italic: [0x1d434, 0x1d44e, 0, 0x1d6e2, 0x1d6fc],
};
const BEGINS = ['A', 'a', '0', 'Α', 'α'];
const RANGES = [/[A-Z]/, /[a-z]/, /[0-9]/, /[Α-Ω]/, /[α-ω]/];

/** Letters that Unicode has elsewhere, since it had them before. */
const ELSEWHERE = {
  double: { C: 'ℂ', H: 'ℍ', N: 'ℕ', P: 'ℙ', Q: 'ℚ', R: 'ℝ', Z: 'ℤ' },
  script: { B: 'ℬ', E: 'ℰ', F: 'ℱ', H: 'ℋ', I: 'ℐ', L: 'ℒ', M: 'ℳ', R: 'ℛ', e: 'ℯ', g: 'ℊ', o: 'ℴ' },
  fraktur: { C: 'ℭ', H: 'ℌ', I: 'ℑ', R: 'ℜ', Z: 'ℨ' },
  italic: { h: 'ℎ' },
};

/** The character in a style, or itself if Unicode has none. */
export function styled(character, style) {
  const alphabet = RANGES.findIndex((range) => range.test(character));
  const begin = alphabet >= 0 && ALPHABETS[style]?.[alphabet];
  return ELSEWHERE[style]?.[character] ?? (begin ? String.fromCodePoint(begin + character.codePointAt(0) - BEGINS[alphabet].codePointAt(0)) : character);
}
