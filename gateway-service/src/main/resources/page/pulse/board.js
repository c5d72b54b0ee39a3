/** Writes a snapshot onto the page, number by number. */

import { NOTHING, UNKNOWN, count, dollars, pair, percent, rate, time } from './format.js';
import { showErrors } from './errors.js';
import { Pipes } from './pipes.js';
import { Slowest } from './slowest.js';
import { Histories, draw } from './spark.js';

/** Two minutes. */
const SPARK_POINTS = 120;
const SERVICES = ['gateway-service', 'cache-service', 'inference-service', 'persistence-worker'];

export class Board {
  #pipes = new Pipes(document.getElementById('pipeline'));
  #slowest = new Slowest(document.getElementById('slowest'));
  #histories = new Histories(SPARK_POINTS);
  #span = 'minute';
  #last = null;

  /** @param {'minute'|'history'} span of which answers the numbers are */
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
    // What has ended is read from the log: without it, nobody knows whether nothing has.
    const isRead = snapshot.topics.length > 0;
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
    for (const name of ['open_streams', 'resumed_streams', 'generations_running', 'models_spared']) {
      number(name, gauge(snapshot.gauges[name]));
    }
    document.querySelector('[data-alarm="models_spared"]').classList.toggle('is-alarm', (snapshot.gauges.models_spared?.value ?? 0) > 0);
    number('redis', redis(snapshot.lookups));
    this.#topics(snapshot);
    SERVICES.forEach((name) => service(name, snapshot.services.find((found) => found.service === name)));
    showErrors(document.getElementById('errors'), answers.errors);
    this.#pipes.flow('chat.turns', answers.ended > 0);
    this.#pipes.flow('claude', 'claude' in answers.stages || (snapshot.gauges.generations_running?.value ?? 0) > 0);
  }

  /** @param {string} none what is shown where nothing has ended */
  #answers(answers, none) {
    const { ended, failed, seconds } = answers;
    const unless = (text) => (ended === 0 && none === UNKNOWN ? UNKNOWN : text);
    number('span', this.#span === 'minute' ? 'of the last minute' : `of the last ${Math.round(seconds / 60)} min`);
    number('ended_rate', unless(rate(ended / seconds)));
    number('failed_share', ended === 0 ? none : percent(failed / ended));
    number('failed_of', unless(`${count(failed)} of ${count(ended)} answers`));
    number('hit_rate', answers.hit_rate === null ? none : percent(answers.hit_rate));
    number('cost', unless(dollars(answers.cost_usd_per_hour)));
    number('cost_each', ended === 0 ? none : `${dollars((answers.cost_usd_per_hour * seconds) / 3600 / ended)} an answer`);
    document.querySelector('[data-n="failed_share"]').classList.toggle('is-alarm', failed > 0);
  }

  #topics({ topics }) {
    for (const name of ['chat.requests', 'chat.deltas', 'chat.turns']) {
      const topic = topics.find((found) => found.topic === name);
      number(`rate:${name}`, topic?.per_second == null ? UNKNOWN : rate(topic.per_second));
      if (name !== 'chat.turns') {
        this.#pipes.flow(name, (topic?.per_second ?? 0) > 0);
      }
      const dead = document.querySelector(`[data-dead="${name}"]`);
      if (dead) {
        dead.hidden = !topic?.dead;
        write(dead, topic?.dead ? `${count(topic.dead)} dead letter${topic.dead === 1 ? '' : 's'}` : '');
      }
    }
    for (const group of ['inference-service', 'persistence-worker', 'cache-service-answers']) {
      const lag = lagOf(topics, group);
      number(`lag:${group}`, lag === null ? UNKNOWN : count(lag));
    }
  }

  #sparks(snapshot) {
    document.querySelectorAll('[data-spark]').forEach((svg) => {
      const name = svg.dataset.spark;
      if (name === 'ended') {
        draw(svg, snapshot.ended);
      } else if (name.startsWith('lag:')) {
        draw(svg, this.#histories.add(name, lagOf(snapshot.topics, name.slice(4))));
      } else {
        draw(svg, this.#histories.add(name, snapshot.gauges[name]?.value ?? null));
      }
    });
  }
}

function isReached(snapshot, name) {
  return Boolean(snapshot.services.find((found) => found.service === name)?.replicas.some((replica) => replica.reached));
}

function lagOf(topics, group) {
  return topics.flatMap((topic) => topic.groups).find((found) => found.group === group)?.lag ?? null;
}

function gauge(found) {
  return found ? `${found.whole ? '' : '≥ '}${count(found.value)}` : UNKNOWN;
}

/** What look-ups of the last minute say about Redis. */
function redis(lookups) {
  if (lookups === null) {
    return UNKNOWN;
  }
  const of = (...outcomes) => outcomes.reduce((sum, outcome) => sum + (lookups[outcome] ?? 0), 0);
  const well = of('found', 'not_found');
  const ill = of('late', 'failed', 'crowded');
  if (of('refused') > 0) {
    return 'spared';
  }
  return ill > 0 ? `${percent(ill / (ill + well))} fail` : well > 0 ? 'well' : NOTHING;
}

function service(name, found) {
  const node = document.querySelector(`[data-service="${name}"]`);
  const replicas = found?.replicas ?? [];
  const reached = replicas.filter((replica) => replica.reached).length;
  const [state, text] = !found
    ? ['unknown', 'unknown']
    : reached === 0
      ? ['down', 'unreachable']
      : reached < replicas.length
        ? ['partly', `${reached} of ${replicas.length} reached`]
        : ['up', replicas.length === 1 ? '1 replica' : `${replicas.length} replicas`];
  node.dataset.state = state;
  write(node.querySelector('.state'), text);
  node.querySelector('.state').title = replicas.map((replica) => `${replica.address}${replica.reached ? '' : ' unreachable'}`).join('\n');
}

function number(name, text) {
  document.querySelectorAll(`[data-n="${name}"]`).forEach((place) => write(place, text));
}

/** Leaves alone what is the same, so that nothing is laid out for nothing. */
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
