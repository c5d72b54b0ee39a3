/** Renders a snapshot. */

import { NOTHING, UNKNOWN, costEach, costPerHour, count, pair, percent, rate, time } from './format.js';
import { failedDeliveries, showErrors } from './errors.js';
import { Pipes } from './pipes.js';
import { Slowest } from './slowest.js';
import { Histories, draw } from './spark.js';

/** Two minutes. */
const SPARK_POINTS = 120;

/** The age of a group's oldest unprocessed record from which it is an alarm. Requests stay until their answers end. */
const AGE_SECONDS_MAX = { 'inference-service': 900, 'persistence-worker': 60, 'cache-service-answers': 60 };
const SERVICES = ['gateway-service', 'cache-service', 'inference-service', 'persistence-worker'];

export class Board {
  #pipes = new Pipes(document.getElementById('pipeline'));
  #slowest = new Slowest(document.getElementById('slowest'));
  #histories = new Histories(SPARK_POINTS);
  #span = 'minute';
  #last = null;

  /** @param {'minute'|'history'} span the time span of the statistics */
  choose(span) {
    this.#span = span;
    if (this.#last) {
      this.#write(this.#last);
    }
  }

  show(snapshot) {
    this.#last = snapshot;
    this.#write(snapshot);
    this.#sparks(snapshot);
    this.#slowest.show(snapshot.slowest);
  }

  #write(snapshot) {
    const answers = snapshot[this.#span];
    // Ended answers are read from the log: without it, their number is unknown, not 0.
    const isRead = Object.keys(snapshot.dead).length > 0;
    const none = isRead ? NOTHING : UNKNOWN;
    this.#answers(answers, none);
    document.querySelectorAll('[data-pair]').forEach((place) => {
      const spread = answers.stages[place.dataset.pair];
      write(place, spread ? pair(spread) : none);
    });
    document.querySelectorAll('[data-p]').forEach((place) => {
      const spread = answers.stages[place.dataset.p];
      write(place, spread ? time(spread[place.dataset.of]) : none);
    });
    number('stored', snapshot.stored ? pair(snapshot.stored) : isReached(snapshot, 'persistence-worker') ? NOTHING : UNKNOWN);
    for (const name of ['open_streams', 'resumed_streams', 'generations_running', 'models_suspended']) {
      number(name, gauge(snapshot.gauges[name]));
    }
    document.querySelector('[data-alarm="models_suspended"]').classList.toggle('is-alarm', (snapshot.gauges.models_suspended?.value ?? 0) > 0);
    number('redis', redis(snapshot.lookups));
    this.#topics(snapshot);
    SERVICES.forEach((name) => service(name, snapshot.services[name]));
    showErrors(document.getElementById('errors'), [...answers.errors, ...failedDeliveries(snapshot.failures)]);
    this.#pipes.flow('chat.turns', answers.ended > 0);
    this.#pipes.flow('claude', 'claude' in answers.stages || (snapshot.gauges.generations_running?.value ?? 0) > 0);
  }

  /** @param {string} none the text without ended answers */
  #answers(answers, none) {
    const { ended, failed, seconds } = answers;
    const unless = (text) => (ended === 0 && none === UNKNOWN ? UNKNOWN : text);
    number('span', this.#span === 'minute' ? 'of the last minute' : `of the last ${Math.round(seconds / 60)} min`);
    number('ended_rate', unless(rate(ended / seconds)));
    number('failed_share', ended === 0 ? none : percent(failed / ended));
    number('failed_of', unless(`${count(failed)} of ${count(ended)} answers`));
    number('hit_rate', answers.hit_rate === null ? none : percent(answers.hit_rate));
    number('cost', unless(costPerHour(answers)));
    number('cost_each', ended === 0 ? none : costEach(answers));
    document.querySelector('[data-n="failed_share"]').classList.toggle('is-alarm', failed > 0);
  }

  #topics({ rates, dead, lags, ages }) {
    for (const name of ['chat.requests', 'chat.deltas', 'chat.turns']) {
      const perSecond = rates[name] ?? null;
      number(`rate:${name}`, perSecond === null ? UNKNOWN : rate(perSecond));
      if (name !== 'chat.turns') {
        this.#pipes.flow(name, perSecond > 0);
      }
    }
    for (const place of document.querySelectorAll('[data-dead]')) {
      const letters = dead[`${place.dataset.dead}.dead`];
      place.hidden = !letters;
      write(place, letters ? `${count(letters)} dead letter${letters === 1 ? '' : 's'}` : '');
    }
    for (const [group, seconds] of Object.entries(AGE_SECONDS_MAX)) {
      number(`lag:${group}`, group in lags ? count(lags[group]) : UNKNOWN);
      number(`age:${group}`, group in ages ? time(ages[group] * 1000) : UNKNOWN);
      document.querySelector(`[data-alarm="age:${group}"]`).classList.toggle('is-alarm', (ages[group] ?? 0) > seconds);
    }
  }

  #sparks(snapshot) {
    document.querySelectorAll('[data-spark]').forEach((svg) => {
      const name = svg.dataset.spark;
      if (name === 'ended') {
        draw(svg, snapshot.ended);
      } else if (name.startsWith('lag:')) {
        draw(svg, this.#histories.add(name, snapshot.lags[name.slice(4)] ?? null));
      } else {
        draw(svg, this.#histories.add(name, snapshot.gauges[name]?.value ?? null));
      }
    });
  }
}

function isReached(snapshot, name) {
  return Object.values(snapshot.services[name] ?? {}).includes(true);
}

function gauge(found) {
  return found ? `${found.whole ? '' : '≥ '}${count(found.value)}` : UNKNOWN;
}

/** The state of Redis, from the look-ups of the last minute. */
function redis(lookups) {
  if (lookups === null) {
    return UNKNOWN;
  }
  const of = (...outcomes) => outcomes.reduce((sum, outcome) => sum + (lookups[outcome] ?? 0), 0);
  const well = of('found', 'not_found');
  const ill = of('late', 'failed', 'crowded');
  if (of('refused') > 0) {
    return 'suspended';
  }
  return ill > 0 ? `${percent(ill / (ill + well))} fail` : well > 0 ? 'well' : NOTHING;
}

/** @param {Object<string, boolean>} [reachedByAddress] absent if unknown */
function service(name, reachedByAddress) {
  const node = document.querySelector(`[data-service="${name}"]`);
  const replicas = Object.entries(reachedByAddress ?? {});
  const reached = replicas.filter(([, isReached]) => isReached).length;
  const [state, text] = !reachedByAddress
    ? ['unknown', 'unknown']
    : reached === 0
      ? ['down', 'unreachable']
      : reached < replicas.length
        ? ['partly', `${reached} of ${replicas.length} reached`]
        : ['up', replicas.length === 1 ? '1 replica' : `${replicas.length} replicas`];
  node.dataset.state = state;
  write(node.querySelector('.state'), text);
  node.querySelector('.state').title = replicas.map(([address, isReached]) => `${address}${isReached ? '' : ' unreachable'}`).join('\n');
}

function number(name, text) {
  document.querySelectorAll(`[data-n="${name}"]`).forEach((place) => write(place, text));
}

/** Changes nothing if the text is equal, to avoid layouts. */
function write(place, text) {
  if (place.textContent !== text) {
    place.textContent = text;
    place.classList.toggle('is-unknown', text === UNKNOWN);
    if (text === UNKNOWN) {
      place.title = 'not known';
    } else {
      place.removeAttribute('title');
    }
  }
}
