import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { load, window } from './browser.js';
import { whole } from './rendered.js';

const { math, openFormulas } = await load('markdown/math.js');
const { fragment } = await load('markdown/renderer.js');
const { settled } = await load('markdown/unfinished.js');

function html(markdown) {
  const root = window.document.createElement('div');
  root.append(fragment(markdown));
  return root.innerHTML.trim();
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

test('the libraries are those of the page', () => {
  const pom = readFileSync(new URL('../../../../pom.xml', import.meta.url), 'utf8');
  const { devDependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  for (const library of ['markdown-it', 'dompurify']) {
    assert.equal(new RegExp(`<${library}\\.version>(.*)</`).exec(pom)[1], devDependencies[library], library);
  }
});
