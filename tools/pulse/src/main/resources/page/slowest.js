/** The slowest answers, each with the tree of its stages, as ./parley ask draws it. */

import { element } from './dom.js';
import { dollars, count, time, timeOfDay } from './format.js';

const SVG = 'http://www.w3.org/2000/svg';

export class Slowest {
  #place;
  #shown = new Map();
  #hasChosen = false;

  constructor(place) {
    this.#place = place;
  }

  /** Changes only differences. The slowest is open until a user opens or closes one. */
  show(answers) {
    if (answers.length === 0) {
      if (this.#shown.size > 0 || !this.#place.firstElementChild) {
        this.#shown.clear();
        this.#place.replaceChildren(element('p', { class: 'none' }, 'No answer has ended lately.'));
      }
      return;
    }
    const longest = answers[0].timings.total_ms;
    const shown = new Map(answers.map((answer) => [answer.generation, this.#shown.get(answer.generation) ?? this.#entry(answer)]));
    if ([...shown.keys()].join() !== [...this.#shown.keys()].join()) {
      this.#place.replaceChildren(...shown.values());
      if (!this.#hasChosen) {
        [...shown.values()].forEach((entry, i) => (entry.open = i === 0));
      }
    }
    this.#shown = shown;
    answers.forEach((answer) => {
      shown.get(answer.generation).querySelector('summary meter').max = longest;
    });
  }

  #entry(answer) {
    const entry = element(
      'details',
      { class: 'slow' },
      element(
        'summary',
        {},
        element('b', {}, time(answer.timings.total_ms)),
        element('span', { class: 'what' }, answer.model, answer.error ? element('em', {}, ` ${answer.error.type}`) : null),
        element('span', { class: 'who' }, `${answer.tenant}, ${timeOfDay(answer.ended_at)}`),
        element('meter', { min: 0, max: answer.timings.total_ms, value: answer.timings.total_ms, 'aria-hidden': 'true' }),
      ),
      tree(answer),
      ...answer.attempts.map((call, i) => element('p', { class: 'call' }, `Call ${i + 1}: ${call.model}, ${call.outcome}${call.status ? ` with ${call.status}` : ''}, ${time(call.duration_ms)}`)),
      element('p', { class: 'call' }, `${count(tokensIn(answer.usage))} tokens in, ${count(answer.usage.output_tokens)} out, ${answer.cost_usd === null ? 'cost unknown' : dollars(answer.cost_usd)}, `, element('code', {}, answer.generation)),
    );
    entry.querySelector('summary').addEventListener('click', () => (this.#hasChosen = true));
    return entry;
  }
}

/** With the tokens of Claude's prompt cache: the three counts exclude each other. */
function tokensIn({ input_tokens, cache_creation_input_tokens, cache_read_input_tokens }) {
  return input_tokens + cache_creation_input_tokens + cache_read_input_tokens;
}

function tree({ timings, cache }) {
  const all = timings.total_ms;
  const cached = timings.session_ms + timings.cache_ms;
  const called = cached + (timings.queue_ms ?? 0);
  const sum = called + (timings.claude_ms ?? 0);
  const rows = [
    ['', 'answer', 0, all, ''],
    ['├─ ', 'session', 0, timings.session_ms, ''],
    ['├─ ', 'cache', timings.session_ms, timings.cache_ms, { miss: 'not cached', exact: 'from the cache', shared: 'shared', bypass: 'not asked' }[cache] ?? cache],
    ['├─ ', 'queue', cached, timings.queue_ms, ''],
    ['├─ ', 'Claude in all', called, timings.claude_ms, timings.claude_ms === null ? 'not called' : ''],
    ['│  └─ ', 'to first token', called, timings.claude_first_token_ms, ''],
    ['└─ ', 'the rest', sum, Math.max(0, all - sum), ''],
  ];
  return element(
    'table',
    { class: 'tree' },
    element('caption', { class: 'hidden' }, 'Where the time went'),
    element(
      'tbody',
      {},
      ...rows.map(([branch, stage, begin, length, remark]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, element('span', { class: 'branch', 'aria-hidden': 'true' }, branch), stage, remark && element('span', { class: 'remark' }, ` ${remark}`)),
          element('td', { class: 'time' }, length === null ? '–' : time(length)),
          element('td', { class: 'bar' }, bar(begin / all, (length ?? 0) / all)),
        ),
      ),
    ),
  );
}

function bar(begin, length) {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'rect');
  svg.setAttribute('viewBox', '0 0 1000 6');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const width = Math.max(3, Math.min(1, length) * 1000);
  Object.entries({ x: Math.min(1000 - width, begin * 1000), y: 0, width, height: 6 }).forEach(([name, value]) => line.setAttribute(name, value));
  if (length > 0) {
    svg.append(line);
  }
  return svg;
}
