import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './browser.js';

const { sectionsOf } = await load('state/usage.js');
const { usage } = await load('api/usage.js');
const { Refused } = await load('api/gateway.js');

const NOTHING = {
  requests: 0, cached_requests: 0, similar_requests: 0, input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0,
  unpriced_requests: 0, cost_usd: 0, saved_by_exact_usd: 0, saved_by_similar_usd: 0, saved_by_routing_usd: 0, saved_by_prompt_cache_usd: 0,
};

function linesOf(report, title) {
  return sectionsOf(report).find((section) => section.title === title)?.lines;
}

test('amounts that may be too low are marked', () => {
  const report = { key: 'key_1', counted_until: null, today: NOTHING, month: NOTHING };
  assert.match(linesOf(report, '').at(-1), /may be too low/);
  assert.doesNotMatch(linesOf({ ...report, counted_until: '2026-11-30T12:00:00Z' }, '').at(-1), /may be too low/);
});

test('usage is shown in words', () => {
  const month = {
    ...NOTHING, requests: 1_234, cached_requests: 20, similar_requests: 5, input_tokens: 1_000, cache_read_input_tokens: 9_000, output_tokens: 70,
    unpriced_requests: 2, cost_usd: 12.3456, saved_by_exact_usd: 0.5, saved_by_similar_usd: 0.02, saved_by_routing_usd: 1.5, saved_by_prompt_cache_usd: -0.001,
    models: { 'claude-haiku-5-5': { ...NOTHING, requests: 1, cost_usd: 0.00025 } },
  };
  const report = { key: 'key_1', today: NOTHING, month, left_today_usd: 0, left_this_month_usd: 7.65 };
  assert.deepEqual(linesOf(report, 'Today'), ['Nothing was asked.']);
  assert.deepEqual(linesOf(report, 'This month'), [
    '1,234 questions, $12.35',
    '20 answered without a call to Claude, 5 of them with the answer to a similar question',
    '10,000 tokens in (9,000 from Claude’s prompt cache), 70 tokens out',
    'The cost of 2 is not known and not included.',
  ]);
  assert.deepEqual(linesOf(report, 'This month by model'), ['Claude Haiku 5.5: 1 question, $0.00025']);
  assert.deepEqual(linesOf(report, 'Saved this month'), [
    '$0.50 by repeated questions',
    '$0.02 by similar questions',
    '$1.50 by the choice of a cheaper model',
    '$0.001 more was paid to fill Claude’s prompt cache than it saved',
  ]);
  assert.deepEqual(linesOf(report, 'Left of the budget'), ['$0.00 today', '$7.65 this month']);
});

test('what is left is rounded down', () => {
  const month = { ...NOTHING, models: {} };
  const report = { key: 'key_1', today: NOTHING, month, left_today_usd: 1.99991, left_this_month_usd: 1.15 };
  assert.deepEqual(linesOf(report, 'Left of the budget'), ['$1.99 today', '$1.15 this month']);
});

test('without a budget, nothing is left of it', () => {
  assert.equal(linesOf({ key: 'key_1', today: NOTHING, month: { ...NOTHING, models: {} } }, 'Left of the budget'), undefined);
});

test('a key that is not counted is explained', async () => {
  const refuse = (status) => ({ json: async () => Promise.reject(new Refused({ status, type: 'error', message: 'No.' })) });
  assert.match(sectionsOf(await usage(refuse(404)))[0].lines[0], /not counted/);
  await assert.rejects(usage(refuse(503)));
});
