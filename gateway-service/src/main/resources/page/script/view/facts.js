/** The line below an answer: model, time, tokens and cost. */

import { nameOf } from '../api/models.js';
import { element } from './dom.js';

const CACHE = { miss: 'not cached', exact: 'from the cache', shared: 'shared', bypass: 'cache bypassed' };

/** @typedef {import('../api/answers.js').Similar} Similar */

/** A model found that the answer serves this question too. */
const BY_JUDGE = ['reused:judge', 'reused:alias'];

/**
 * Shows the facts that are known; their space is reserved. What is known from the start comes first, so that later facts do not move
 * the other elements of the line, which follow it.
 */
export function showFacts(line, facts = {}) {
  const parts = [
    [facts.model && nameOf(facts.model), 'The model that answered'],
    [facts.firstTokenMs !== undefined && `first word ${seconds(facts.firstTokenMs)}`, 'Time to the first token'],
    [facts.totalMs !== undefined && `${seconds(facts.totalMs)} in all`, 'Time to the last token'],
    [facts.outputTokens !== undefined && `${facts.inputTokens ?? 0} → ${facts.outputTokens} tokens`, 'Tokens in and out'],
    [facts.cacheReadTokens > 0 && `${facts.cacheReadTokens} read from the prompt cache`, 'Part of the tokens in, at a lower price'],
    [facts.cacheWrittenTokens > 0 && `${facts.cacheWrittenTokens} written to the prompt cache`, 'Part of the tokens in, for the next question'],
    [facts.cost !== undefined && dollars(facts.cost), 'Cost'],
    [facts.cache && facts.cache !== 'similar' && (CACHE[facts.cache] ?? facts.cache), 'Cache'],
    [facts.attempts !== undefined && (facts.attempts === 1 ? '1 attempt' : `${facts.attempts} attempts`), 'Calls to Claude'],
  ];
  const origin = [facts.cache === 'similar' && `answer to a similar question${similarity(facts.similar)}`, provenance(facts.similar)];
  line.querySelectorAll('span').forEach((span) => span.remove());
  line.prepend(...spans([origin]));
  line.append(...spans(parts));
}

function spans(parts) {
  return parts.filter(([text]) => text).map(([text, title]) => element('span', { title }, text));
}

/** @param {Partial<Similar>} [similar] */
function similarity({ similarity } = {}) {
  return similarity === undefined ? '' : ` (similarity ${similarity.toFixed(2)})`;
}

/** @param {Partial<Similar>} [similar] */
function provenance({ source, gate } = {}) {
  return `The cache reused the answer${source ? ` ${source}` : ''} to a question that means the same${BY_JUDGE.includes(gate) ? ', as a judge found' : ''}`;
}

function seconds(ms) {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

function dollars(amount) {
  return Number(amount) === 0 ? '$0' : `$${Number(amount).toFixed(Number(amount) < 0.01 ? 5 : 3)}`;
}
