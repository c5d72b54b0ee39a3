import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './browser.js';
import { streamed, whole } from './rendered.js';

const { finishedLength } = await load('markdown/stream.js');

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
  const root = await streamed(answer, 10_000);
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
    const root = await streamed(answer, 4);
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
    assert.equal((await streamed(answer, 4)).innerHTML, whole(answer).innerHTML);
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
