// What CloudFront's runtime does not accept, beyond what njs checks.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const code = readFileSync(new URL('../function.js', import.meta.url), 'utf8');

test('the function has at most 10 KB', () => assert.ok(Buffer.byteLength(code) <= 10240));

test('it imports only modules of the runtime', () => {
    const imports = [...code.matchAll(/^import .* from '(.*)';$/gm)].map((match) => match[1]);
    assert.deepEqual(imports, ['cloudfront', 'crypto']);
});

for (const [what, pattern] of Object.entries({
    'network': /\b(?:fetch|XMLHttpRequest|WebSocket)\b/,
    'timers': /\bset(?:Timeout|Interval|Immediate)\b/,
    'dynamic code': /\beval\b|\bFunction\s*\(|\bimport\s*\(/,
    'other modules': /\brequire\s*\(/,
    'the process': /\bprocess\b|\bglobalThis\b|\benv\b/,
    'classes': /^\s*class\s/m,
    'spread and optional chaining': /\.\.\.|\?\.|\?\?/,
    'loops over iterables': /\bfor\s*(?:await\s*)?\([^)]*\bof\b/
})) {
    test(`it does without ${what}`, () => assert.doesNotMatch(code.replace(/\/\/.*$/gm, ''), pattern));
}
