import assert from 'node:assert/strict';
import test from 'node:test';
import { load, window } from './browser.js';

const { typeset } = await load('markdown/mathml.js');

/** The formula without attributes, or null if it remains source text. */
function mathml(source, attributes = false) {
  const element = window.document.createElement('span');
  element.textContent = source;
  typeset(element);
  if (!element.firstElementChild) {
    return null;
  }
  const markup = element.firstElementChild.innerHTML.replaceAll('&nbsp;', ' ');
  return attributes ? markup : markup.replace(/<(\w+)( [^>]*)>/g, '<$1>');
}

const FORMULAS = {
  // Primes and scripts.
  "f'": '<msup><mi>f</mi><mo>′</mo></msup>',
  "f''": '<msup><mi>f</mi><mo>″</mo></msup>',
  "f'''(x)": '<msup><mi>f</mi><mo>‴</mo></msup><mo>(</mo><mi>x</mi><mo>)</mo>',
  "y''_1": '<msubsup><mi>y</mi><mn>1</mn><mo>″</mo></msubsup>',
  'f^{\\prime\\prime}': '<msup><mi>f</mi><mrow><mi>′</mi><mi>′</mi></mrow></msup>',
  'x_i^2': '<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>',
  'x^10': '<msup><mi>x</mi><mn>1</mn></msup><mn>0</mn>',
  'x^{10}': '<msup><mi>x</mi><mn>10</mn></msup>',
  // Alphabets.
  '\\mathbb{R}^n': '<msup><mi>ℝ</mi><mi>n</mi></msup>',
  '\\mathbb E[X]': '<mi>𝔼</mi><mo>[</mo><mi>X</mi><mo>]</mo>',
  '\\mathcal{L}': '<mi>ℒ</mi>',
  '\\mathcal{N}': '<mi>𝒩</mi>',
  '\\mathfrak{g}': '<mi>𝔤</mi>',
  '\\mathbf{x}': '<mi>𝐱</mi>',
  '\\mathbf{v}_1': '<msub><mi>𝐯</mi><mn>1</mn></msub>',
  '\\boldsymbol{\\theta}': '<mi>𝜽</mi>',
  '\\mathsf{T}': '<mi>𝖳</mi>',
  '\\mathrm{kg}': '<mi>kg</mi>',
  // The other common commands.
  '\\frac{a}{b}': '<mfrac><mi>a</mi><mi>b</mi></mfrac>',
  '\\frac12': '<mfrac><mn>1</mn><mn>2</mn></mfrac>',
  '\\sqrt{x}': '<msqrt><mi>x</mi></msqrt>',
  '\\sqrt[3]{x}': '<mroot><mi>x</mi><mrow><mn>3</mn></mrow></mroot>',
  '\\sum_{i=1}^{n} i': '<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>',
  '\\prod_i p_i': '<munder><mo>∏</mo><mi>i</mi></munder><msub><mi>p</mi><mi>i</mi></msub>',
  '\\int_0^1 f\\,dx': '<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup><mi>f</mi><mspace></mspace><mi>d</mi><mi>x</mi>',
  '\\lim_{x \\to 0}': '<munder><mo>lim</mo><mrow><mi>x</mi><mo>→</mo><mn>0</mn></mrow></munder>',
  '\\log x': '<mo>log</mo><mi>x</mi>',
  '\\alpha \\cdot \\beta': '<mi>α</mi><mo>⋅</mo><mi>β</mi>',
  'a \\times b': '<mi>a</mi><mo>×</mo><mi>b</mi>',
  'a \\le b \\neq c': '<mi>a</mi><mo>≤</mo><mi>b</mi><mo>≠</mo><mi>c</mi>',
  'a \\approx b': '<mi>a</mi><mo>≈</mo><mi>b</mi>',
  'x \\in A \\subseteq B': '<mi>x</mi><mo>∈</mo><mi>A</mi><mo>⊆</mo><mi>B</mi>',
  'A \\cup B \\cap C': '<mi>A</mi><mo>∪</mo><mi>B</mi><mo>∩</mo><mi>C</mi>',
  '\\forall x \\exists y': '<mo>∀</mo><mi>x</mi><mo>∃</mo><mi>y</mi>',
  'p \\implies q': '<mi>p</mi><mo>⟹</mo><mi>q</mi>',
  'p \\iff q': '<mi>p</mi><mo>⟺</mo><mi>q</mi>',
  'f: A \\mapsto B': '<mi>f</mi><mo>:</mo><mi>A</mi><mo>↦</mo><mi>B</mi>',
  '\\infty': '<mi>∞</mi>',
  '\\partial_t u': '<msub><mi>∂</mi><mi>t</mi></msub><mi>u</mi>',
  '\\nabla f': '<mi>∇</mi><mi>f</mi>',
  '\\left( \\frac{a}{b} \\right)': '<mrow><mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo></mrow>',
  '\\{x \\mid x > 0\\}': '<mo>{</mo><mi>x</mi><mo>∣</mo><mi>x</mi><mo>&gt;</mo><mn>0</mn><mo>}</mo>',
  '\\|x\\|': '<mo>‖</mo><mi>x</mi><mo>‖</mo>',
  '\\lfloor x \\rfloor': '<mo>⌊</mo><mi>x</mi><mo>⌋</mo>',
  '\\hat{y}': '<mover><mi>y</mi><mo>^</mo></mover>',
  '\\bar{x}': '<mover><mi>x</mi><mo>¯</mo></mover>',
  '\\vec{v}': '<mover><mi>v</mi><mo>→</mo></mover>',
  '\\dot{x}': '<mover><mi>x</mi><mo>˙</mo></mover>',
  '\\underbrace{a+b}_{c}': '<munder><munder><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mo>⏟</mo></munder><mi>c</mi></munder>',
  '\\binom{n}{k}': '<mrow><mo>(</mo><mfrac><mi>n</mi><mi>k</mi></mfrac><mo>)</mo></mrow>',
  'x \\text{ if } y': '<mi>x</mi><mtext> if </mtext><mi>y</mi>',
  '\\operatorname{softmax}(x)': '<mo>softmax</mo><mo>(</mo><mi>x</mi><mo>)</mo>',
  'a, b, \\ldots': '<mi>a</mi><mo>,</mo><mi>b</mi><mo>,</mo><mo>…</mo>',
  '\\boxed{42}': '<mrow><mn>42</mn></mrow>',
  'a \\equiv b \\pmod{n}': '<mi>a</mi><mo>≡</mo><mi>b</mi><mrow><mspace></mspace><mo>(</mo><mo>mod</mo><mi>n</mi><mo>)</mo></mrow>',
  '50\\%': '<mn>50</mn><mi>%</mi>',
  '\\pi*r': '<mi>π</mi><mo>∗</mo><mi>r</mi>',
  '\\xrightarrow{k}': '<mover><mo>→</mo><mi>k</mi></mover>',
  '\\overset{!}{=}': '<mover><mo>=</mo><mo>!</mo></mover>',
  '\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}':
    '<mrow><mo>(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd><mtd><mi>d</mi></mtd></mtr></mtable><mo>)</mo></mrow>',
  '\\begin{cases} 1 & x>0 \\\\ 0 \\end{cases}':
    '<mrow><mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mi>x</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd></mtr></mtable></mrow>',
  '\\begin{align*} a &= b \\\\ \\end{align*}': '<mrow><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mo>=</mo><mi>b</mi></mtd></mtr></mtable></mrow>',
  'a \\\\ b': '<mtable><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable>',
};

for (const [source, expected] of Object.entries(FORMULAS)) {
  test(`typesets ${source}`, () => assert.equal(mathml(source), expected));
}

test('lines and boxes are styled by class', () => {
  assert.equal(mathml('\\overline{AB}', true), '<mrow class="overline"><mrow><mi>A</mi><mi>B</mi></mrow></mrow>');
  assert.equal(mathml('\\boxed{1}', true), '<mrow class="boxed"><mn>1</mn></mrow>');
});

test('upright letters are marked, because a single letter is italic', () => {
  assert.equal(mathml('\\mathrm{d}x', true), '<mi mathvariant="normal">d</mi><mi>x</mi>');
  assert.equal(mathml('\\Gamma', true), '<mi mathvariant="normal">Γ</mi>');
});

test('a sign after an operator or a bracket belongs to what follows', () => {
  assert.match(mathml('a = -b', true), /<mo form="prefix">−/);
  assert.match(mathml('(-b)', true), /<mo form="prefix">−/);
  assert.doesNotMatch(mathml('a - b', true), /prefix/);
  assert.doesNotMatch(mathml('(a) - b', true), /prefix/);
});

test('brackets grow after \\left only', () => {
  assert.match(mathml('(x', true), /stretchy="false"/);
  assert.match(mathml('\\left(x\\right.', true), /stretchy="true"/);
});

/** Names that each object of JavaScript has are no commands. */
function namesOfObjects() {
  return ['constructor', 'toString', 'hasOwnProperty'].flatMap((name) => [
    `\\${name}`, `\\mathrm{\\${name}}`, `\\begin{${name}}x\\end{${name}}`, `\\left\\${name} x \\right)`, `\\hat\\${name}`,
  ]);
}

for (const source of ['\\unknown{x}', '\\frac{a}', 'x^1^2', '\\left( x', '{x', 'x}', '\\begin{matrix} a', '{'.repeat(5_000), '\\sqrt'.repeat(3_000), ...namesOfObjects()]) {
  test(`leaves ${source.slice(0, 40)} as it is`, (t) => {
    const complaints = t.mock.method(console, 'error', () => {});
    assert.equal(mathml(source), null);
    assert.equal(complaints.mock.callCount(), 0);
  });
}

test('a defect of the typesetting leaves the source, and is reported', (t) => {
  const complaints = t.mock.method(console, 'error', () => {});
  t.mock.method(window.document, 'createElementNS', () => {
    throw new TypeError('a defect');
  });
  const element = window.document.createElement('span');
  element.textContent = 'x';
  typeset(element);
  assert.equal(element.innerHTML, 'x');
  assert.equal(complaints.mock.callCount(), 1);
});
