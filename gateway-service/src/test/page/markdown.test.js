import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { load, window } from './browser.js';

const { math, openFormulas } = await load('markdown/math.js');
const { fragment } = await load('markdown/renderer.js');
const { finishedLength, MarkdownStream } = await load('markdown/stream.js');
const { settled } = await load('markdown/unfinished.js');

function html(markdown) {
  const root = window.document.createElement('div');
  root.append(fragment(markdown));
  return root.innerHTML.trim();
}

/** Renders an answer that arrives in pieces of four characters. */
async function streamed(text) {
  const root = window.document.createElement('div');
  const stream = new MarkdownStream(root);
  for (let at = 0; at < text.length; at += 4) {
    stream.append(text.slice(at, at + 4));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  stream.finish();
  return root;
}

/** Renders a complete answer. */
function whole(text) {
  const root = window.document.createElement('div');
  const stream = new MarkdownStream(root);
  stream.append(text);
  stream.finish();
  return root;
}

test('a list keeps its first number', () => {
  assert.match(html('3. three\n4. four'), /^<ol start="3" dir="auto">/);
});

test('lists and quotes have the direction of their letters', () => {
  assert.match(html('- one'), /^<ul dir="auto">/);
  assert.match(html('> one'), /^<blockquote dir="auto">/);
});

test('a link opens a new tab', () => {
  assert.match(html('[a log](https://a.example/)'), /<a href="https:\/\/a\.example\/" target="_blank" rel="noopener noreferrer nofollow">/);
  assert.match(html('![a picture](https://a.example/p.png)'), /class="image"[^>]* target="_blank" rel="noopener noreferrer nofollow"|target="_blank"[^>]*class="image"/);
});

test('code and tables can be scrolled with the keyboard', () => {
  assert.match(html('```js\nx\n```'), /<pre tabindex="0">/);
  assert.match(html('| a |\n|---|\n| 1 |'), /<div class="table" role="region" aria-label="Table" tabindex="0">/);
});

test('markup, scripts and other schemes do not pass', () => {
  const hostile = html('<img src=x onerror=a()> [a](javascript:a()) [b](data:text/html,x) ![c](http://elsewhere.example/p.png)');
  assert.doesNotMatch(hostile, /<img|href="(?!http)/);
});

test('only addresses with a scheme of the list pass the sanitizer', async () => {
  const { sanitized } = await load('markdown/sanitize.js');
  const root = window.document.createElement('div');
  root.append(sanitized('<a href="javascript:a()" target="_blank" onclick="a()">x</a><a href="vbscript:a()">y</a><ol start="2" style="x"><li>z</ol>'));
  assert.equal(root.innerHTML, '<a target="_blank">x</a><a>y</a><ol start="2"><li>z</li></ol>');
});

/** The CPU time since then, which does not depend on other processes. */
function seconds(begun) {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

const HOSTILE = {
  'asterisks after an address': (length) => `https://a.example/${'*'.repeat(length)}a`,
  'asterisks with words': (length) => '**a *b '.repeat(length / 7),
  'schemes': (length) => 'a://'.repeat(length / 4),
  'brackets of links': (length) => '['.repeat(length),
  'brackets of pictures': (length) => '!['.repeat(length / 2),
  'unclosed formulas': (length) => '\\('.repeat(length / 2),
  'unclosed formulas on lines': (length) => '\\[\n'.repeat(length / 3),
  'dollars': (length) => '$a '.repeat(length / 3),
  'backticks': (length) => Array.from({ length: Math.sqrt(2 * length) }, (_, i) => `${'`'.repeat(i + 1)} `).join(''),
  'a table of many columns': (length) => `${'|a'.repeat(length / 4)}|\n${'|-'.repeat(length / 4)}|\n`,
  'spaces before a word': () => `${' '.repeat(3_000)}a`,
  'quotes before a word': (length) => `${'> '.repeat(Math.min(length / 2, 8_000))}a`,
  'marks before a word': (length) => `${'*'.repeat(length)}a`,
  'brackets before a line': (length) => `${'['.repeat(length)}\na`,
  'brackets before a word': (length) => `${'['.repeat(length)}] a`,
  'addresses of links': (length) => `${'[]('.repeat(length / 3)})`,
  'emphasis around code': (length) => '**a `b` _c '.repeat(length / 11),
  'emphasis that other marks end': (length) => '**a '.repeat(length / 8) + 'b_ '.repeat(length / 6),
};

for (const [name, text] of Object.entries(HOSTILE)) {
  test(`the time to render ${name} is bounded`, () => {
    const begun = process.cpuUsage();
    const root = whole(text(40_000));
    assert.ok(seconds(begun) < 4, `${seconds(begun)} s`);
    assert.ok(root.textContent.length > 0);
  });
}

for (const [name, text] of Object.entries(HOSTILE)) {
  test(`the time of a frame that ends with ${name} is bounded`, () => {
    const begun = process.cpuUsage();
    settled(text(40_000));
    assert.ok(seconds(begun) < 0.5, `${seconds(begun)} s`);
    fragment(settled(text(16_384)));
    assert.ok(seconds(begun) < 4, `${seconds(begun)} s`);
  });
}

const UNFINISHED = {
  '': '', 'a ': 'a ', 'one\n>': 'one\n', 'one\n> - ': 'one\n', 'one\n> 12.': 'one\n', 'one\n - [x': 'one\n', 'one\n  ```': 'one\n', 'one\n> a': 'one\n> a',
  'a [log': 'a log', 'a ![log': 'a log', 'a [log]': 'a log', 'a [log](http': 'a log', 'a [log](b) c': 'a [log](b) c', '[a](b) [log](c': '[a](b) log', '[a\nb': '[a\nb',
  'a **b': 'a **b**', 'a **b *c': 'a **b *c***', 'a *': 'a ', 'a `b*c': 'a `b*c`',
};
for (const [text, shown] of Object.entries(UNFINISHED)) {
  test(`what an incomplete text shows: ${JSON.stringify(text)}`, () => assert.equal(settled(text), shown));
}

test('asterisks after an address are not read again for each of them', () => {
  const begun = process.cpuUsage();
  fragment(`https://a.example/${'*'.repeat(200_000)}a`);
  assert.ok(seconds(begun) < 4, `${seconds(begun)} s`);
});

test('the time to look for the end of formulas is bounded', () => {
  const begun = process.cpuUsage();
  markdownit().use(math).parse('\\[a\n\n'.repeat(16_000), {});
  assert.ok(seconds(begun) < 4, `${seconds(begun)} s`);
});

test('the time to look for formulas that are open is bounded', () => {
  const texts = ['\\[a\n\n', '$$\n', '$$\n\n', '\\[\n\\]a\n'].map((part) => part.repeat(200_000 / part.length));
  const begun = process.cpuUsage();
  texts.forEach(openFormulas);
  assert.ok(seconds(begun) < 4, `${seconds(begun)} s`);
});

test('no text is lost where a long text is divided', () => {
  const paragraph = Array.from({ length: 9_000 }, (_, i) => `word${i}`).join(' ');
  assert.equal(whole(paragraph).textContent.replace(/\s/g, ''), paragraph.replace(/\s/g, ''));
  const surrogates = '\u{1d54f}'.repeat(20_000);
  assert.equal(whole(`a${surrogates}`).textContent.trim(), `a${surrogates}`);
});

test('a long list goes on with its number', () => {
  const root = whole(Array.from({ length: 300 }, (_, i) => `${i + 1}. ${'item '.repeat(20)}${i + 1}`).join('\n'));
  assert.equal(root.querySelectorAll('li').length, 300);
  const [, second] = root.querySelectorAll('ol');
  assert.ok(second.querySelector('li').textContent.endsWith(` ${second.getAttribute('start')}`));
});

test('long code is one block', () => {
  const code = 'let x = 1;\n\n# no heading\n'.repeat(2_000);
  const root = whole(`\`\`\`js\n${code}\`\`\`\n\nafter`);
  assert.equal(root.querySelectorAll('figure.code').length, 1);
  assert.equal(root.querySelector('code').textContent, code);
  assert.equal(root.lastElementChild.textContent, 'after');
});

test('a long answer of ordinary blocks is rendered as ever', () => {
  const answer = '## Title\n\nA *paragraph* of words.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n'.repeat(150);
  const root = whole(answer);
  assert.equal(root.querySelectorAll('h2, table, ul').length, 450);
  assert.equal(root.children.length, 600);
});

test('a long answer arrives in pieces as it arrives whole', async () => {
  const answer = `${'*'.repeat(40_000)}\n\n${'1. one\n'.repeat(500)}`;
  const root = window.document.createElement('div');
  const stream = new MarkdownStream(root);
  for (let at = 0; at < answer.length; at += 10_000) {
    stream.append(answer.slice(at, at + 10_000));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  stream.finish();
  assert.equal(root.textContent.replace(/\s/g, ''), whole(answer).textContent.replace(/\s/g, ''));
});

/** Code, after which a sentence follows. */
const CODE_WITH_FENCES = {
  'in a comment': '```js\n/**\n * Adds:\n * ```\n\n * add(1, 2)\n * ```\n */\nadd();\n\nend();\n```\n',
  'that is indented': '```md\n    ```\n\n# no heading\n\n    ```\n```\n',
  'of a list': '```md\n- ```\n\n# no heading\n\n- ```\n```\n',
  'of a quote': '```md\n> ```\n\n# no heading\n\n> ```\n```\n',
  'of the other character': '~~~md\n```js\n\n# no heading\n```\n\n~~~\n',
  'that is shorter': '````md\n```js\n\n# no heading\n```\n\n````\n',
  'with a language': '```md\n```js\n\n# no heading\n```\n',
  'in an item of a list': '1. one:\n\n   ```js\n   /*\n    * ```\n\n    * add(1, 2)\n    */\n\n   # no heading\n   ```\n\n2. two\n',
  'in a nested list': '- one\n  - two\n    ```js\n    // ```\n\n     * ```\n\n    add();\n    ```\n\n- three\n',
  'in a quote': '> ```js\n> /*\n>  * ```\n>\n>  * add(1, 2)\n>\n> # no heading\n> ```\n',
};

for (const [name, code] of Object.entries(CODE_WITH_FENCES)) {
  test(`code with a fence ${name} is one block, also while it arrives`, async () => {
    const answer = `Before.\n\n${code}\nAfter *it*.\n\nThe end.`;
    const root = await streamed(answer);
    assert.equal(root.querySelectorAll('figure.code').length, 1);
    assert.equal(root.innerHTML, whole(answer).innerHTML);
  });
}

/** Formulas, after which a sentence follows. */
const FORMULAS_WITH_EMPTY_LINES = {
  'in dollars': '$$\na = b\n\nc = d\n$$\n',
  'in brackets': '\\[\na = b\n\n\\begin{aligned}\nc &= d \\\\[2pt]\n\ne &= f\n\\end{aligned}\n\n\\]\n',
  'after its introduction': 'So:\n$$\na\n\n= b\n$$\n',
  'that looks like a heading and a list': '$$\na\n=\n\n- b\n\n1. c\n$$\n',
  'in an item of a list': '- one:\n\n  $$\n  a\n\n  b\n  $$\n\n- two\n',
  'after code with its mark': '```\n$$\n```\n\n$$\na\n\nb\n$$\n',
};

for (const [name, formula] of Object.entries(FORMULAS_WITH_EMPTY_LINES)) {
  test(`a formula with empty lines ${name} is one block, also while it arrives`, async () => {
    const answer = `Before.\n\n${formula}\nAfter *it*.\n\n$$\nx\n$$\n\nThe end.`;
    assert.equal((await streamed(answer)).innerHTML, whole(answer).innerHTML);
    assert.equal(whole(answer).querySelectorAll('.math').length, 2);
  });
}

for (const [name, begin] of [['a formula without an end', '$$\na\n\n'], ['the mark of a formula in code', '```\n$$\n```\n\n'], ['a formula in a sentence', '$$a$$ is\n\n']]) {
  test(`${name} keeps no later block from being finished`, () => {
    const text = `${begin}${'A paragraph.\n\n'.repeat(name.includes('without') ? 300 : 1)}`;
    assert.equal(finishedLength(text), text.length);
  });
}

test('a formula that may get its end is not finished', () => {
  assert.equal(finishedLength('Before.\n\n$$\na\n\nb\n\n'), 'Before.\n\n'.length);
});

test('long code with fences in its comments is one block, wherever its parts end', () => {
  const lines = ' * ```\n\n';
  for (let shift = 0; shift < 2 * lines.length; shift++) {
    const code = `${'x'.repeat(shift)}\n${lines.repeat(2_500)}`;
    const root = whole(`\`\`\`js\n${code}\`\`\`\n\nafter`);
    assert.equal(root.querySelectorAll('figure.code').length, 1);
    assert.equal(root.querySelector('code').textContent, code);
    assert.equal(root.lastElementChild.textContent, 'after');
  }
});

test('the libraries are those of the page', () => {
  const pom = readFileSync(new URL('../../../../pom.xml', import.meta.url), 'utf8');
  const { devDependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  for (const library of ['markdown-it', 'dompurify']) {
    assert.equal(new RegExp(`<${library}\\.version>(.*)</`).exec(pom)[1], devDependencies[library], library);
  }
});
