/** The usage of a key in words. */

import { nameOf } from '../api/models.js';

const NOT_COUNTED = 'This key is part of the gateway’s configuration, so its usage is not counted. The usage of keys that the operator creates is.';
const COUNTING = 'Not all answers may be counted yet: these amounts may be too low.';
const WHEN = 'Days and months are by UTC. An answer counts a moment after it ends.';

const SAVINGS = [
  ['saved_by_exact_usd', 'repeated questions'],
  ['saved_by_similar_usd', 'similar questions'],
  ['saved_by_routing_usd', 'the choice of a cheaper model'],
  ['saved_by_prompt_cache_usd', 'Claude’s prompt cache'],
];

/**
 * A part of the report.
 * @typedef {{title: string, lines: string[]}} Section
 */

/**
 * @param {any} report of {@code GET /v1/usage}; null if the key is not counted
 * @returns {Section[]} sections without a title are remarks
 */
export function sectionsOf(report) {
  if (!report) {
    return [{ title: '', lines: [NOT_COUNTED] }];
  }
  const { today, month } = report;
  const models = Object.entries(month.models ?? {}).map(([model, amounts]) => `${nameOf(model)}: ${requests(amounts)}, ${spent(amounts)}`);
  return [
    { title: 'Today', lines: amountsOf(today) },
    { title: 'This month', lines: amountsOf(month) },
    { title: 'This month by model', lines: models },
    { title: 'Saved this month', lines: savingsOf(month) },
    { title: 'Left of the budget', lines: leftOf(report) },
    { title: '', lines: [WHEN, report.counted_until === null && COUNTING].filter(Boolean) },
  ].filter(({ lines }) => lines.length > 0);
}

function amountsOf(amounts) {
  if (amounts.requests === 0) {
    return ['Nothing was asked.'];
  }
  const read = amounts.input_tokens + amounts.cache_creation_input_tokens + amounts.cache_read_input_tokens;
  return [
    `${requests(amounts)}, ${spent(amounts)}`,
    amounts.cached_requests > 0 && `${count(amounts.cached_requests)} answered without a call to Claude${similar(amounts)}`,
    `${count(read)} tokens in${cached(amounts)}, ${count(amounts.output_tokens)} tokens out`,
    amounts.unpriced_requests > 0 && `The cost of ${count(amounts.unpriced_requests)} is not known and not included.`,
  ].filter(Boolean);
}

function similar({ similar_requests }) {
  return similar_requests > 0 ? `, ${count(similar_requests)} of them with the answer to a similar question` : '';
}

function cached({ cache_read_input_tokens }) {
  return cache_read_input_tokens > 0 ? ` (${count(cache_read_input_tokens)} from Claude’s prompt cache)` : '';
}

function savingsOf(month) {
  return SAVINGS.filter(([name]) => month[name] !== 0).map(([name, by]) =>
    month[name] > 0 ? `${dollars(month[name])} by ${by}` : `${dollars(-month[name])} more was paid to fill ${by} than it saved`,
  );
}

function leftOf({ left_today_usd, left_this_month_usd }) {
  return [
    left_today_usd !== undefined && `${dollars(roundedDown(left_today_usd))} today`,
    left_this_month_usd !== undefined && `${dollars(roundedDown(left_this_month_usd))} this month`,
  ].filter(Boolean);
}

function requests({ requests }) {
  return requests === 1 ? '1 question' : `${count(requests)} questions`;
}

function spent({ cost_usd }) {
  return dollars(cost_usd);
}

function count(number) {
  return number.toLocaleString('en-US');
}

function dollars(amount) {
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: places(amount) })}`;
}

/** To the places that are shown, so that no more seems to be left than there is. */
function roundedDown(amount) {
  const unit = 10 ** places(amount);
  return Math.floor(amount * unit + 1e-6) / unit;
}

function places(amount) {
  return amount === 0 || amount >= 1 ? 2 : amount >= 0.01 ? 3 : 5;
}
