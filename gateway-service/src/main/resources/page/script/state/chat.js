/** The open conversation: sends questions, streams answers, and resumes after a reload. */

import { answer, cancel, Unanswered } from '../api/answers.js';
import { publishedEvents } from '../api/published.js';
import { Answer, storedFacts } from './answer.js';
import { insufficient } from './escalation.js';
import * as running from './running.js';
import { entriesOf, frameOf, messagesOf, newConversation, titleOf, transcript } from './transcript.js';
import { Versions } from './versions.js';

const TOKENS_MAX = 8_192;
/** For an alias such as auto: a longer answer always needs the stronger model. */
const TOKENS_MAX_OF_ALIAS = 4_000;

/** The number of turns whose facts and versions are loaded with a conversation. */
const TURNS_READ = 20;

/** The statuses of a request that names an answer of which the gateway knows nothing. */
const REFUSES_NAMED = new Set([400, 404]);

/** A request without an answer is sent again only within this time, so that it joins a generation that still runs. */
const ASK_AGAIN_WITHIN_MS = 10 * 60 * 1000;

export class Chat {
  #gateway;
  #conversations;
  #view;
  #id = null;
  /** @type {import('./transcript.js').Entry[]} */
  #entries = [];
  #versions = new Versions();
  #frame = {};
  #reading = null;

  /**
   * @param view renders it: show(entries), pin(), unpin(), last, onRunning(boolean), onLost(boolean), onAsked(id, title),
   *     onOpened(conversation), onStored(), onModel(model), cheaperOf(alias)
   */
  constructor(gateway, conversations, view) {
    this.#gateway = gateway;
    this.#conversations = conversations;
    this.#view = view;
    running.onBegunElsewhere((id, run) => this.#begunElsewhere(id, run));
  }

  get id() {
    return this.#id;
  }

  startNew() {
    this.#leave();
    this.#id = null;
    this.#frame = {};
    this.#versions = new Versions();
    this.#show([]);
  }

  async open(id) {
    if (id === this.#id) {
      return;
    }
    this.#leave();
    this.#id = id;
    this.#frame = {};
    this.#entries = [];
    this.#versions = new Versions();
    const run = running.recall(id);
    if (run?.generation && !run.error) {
      this.#follow(run);
      return;
    }
    this.#show([]);
    const stored = await this.#conversations.newest(id, 1);
    if (this.#id !== id || this.#reading) {
      return;
    }
    const turn = stored?.turns[0];
    if (run && !(turn && running.isAnsweredBy(run, turn))) {
      this.#goOn(run);
    } else if (turn) {
      running.forget(id);
      this.#view.onOpened(stored);
      this.#showStored([turn]);
      await this.#showFacts(id);
    } else {
      throw new Error('There is no such conversation.');
    }
  }

  /**
   * Shows a published question with its answer. The conversation begins with the next question.
   * @param {import('../api/published.js').Published} published
   */
  async showPublished({ id, question, model }) {
    this.startNew();
    const reading = { controller: new AbortController(), isPublished: true, isLeft: false };
    const answered = new Answer(model);
    /** @type {import('./transcript.js').Entry} */
    const entry = { role: 'assistant', content: [], facts: answered.facts, isRunning: true };
    this.#reading = reading;
    this.#show([{ role: 'user', content: question }, entry]);
    this.#view.pin();
    this.#view.onRunning(true);
    const view = this.#view.last;
    try {
      for await (const event of publishedEvents(id, reading.controller.signal)) {
        view.append(answered.accept(event));
      }
    } catch (failure) {
      entry.error = { type: 'page_error', message: failure.message };
    }
    if (!reading.isLeft) {
      answered.facts.cache = 'published';
      entry.content = answered.content;
      entry.isRunning = false;
      view.finish();
      this.#ended(reading);
    }
  }

  ask(content, model) {
    this.#entries = [...this.#entries.filter((entry) => entry.content.length > 0), { role: 'user', content }];
    this.#post(model);
  }

  /** Asks another version of the question at an index. It and all later messages remain a version. */
  edit(index, content, model) {
    this.#leave();
    this.#versions.add(this.#entries);
    this.#entries = [...this.#entries.slice(0, index), { role: 'user', content }];
    this.#post(model);
  }

  /** Requests another version of the answer at an index. */
  regenerate(index, model) {
    this.#answerAgain(index, model, { fresh: true });
  }

  /** Asks the stronger model of the alias for another version of the answer at an index. */
  escalate(index) {
    const { generation, facts } = this.#entries[index];
    this.#answerAgain(index, facts.requested, { escalated: generation });
  }

  /** Asks Claude for another version of the answer at an index, which was given to a similar question. */
  askInstead(index) {
    this.#answerAgain(index, this.#entries[index].facts.requested, { fresh: true, similar: 'off' });
  }

  #answerAgain(index, model, how) {
    this.#leave();
    this.#versions.add(this.#entries);
    this.#entries = this.#entries.slice(0, index);
    this.#post(model, how);
  }

  /**
   * Shows another version of the message at an index, with what followed it. Not while an answer is running.
   * @param {number} step -1 for the version before, 1 for the one after
   */
  async showVersion(index, step) {
    if (this.#reading) {
      return;
    }
    this.#versions.add(this.#entries);
    let path = this.#versions.beside(this.#entries, index, step);
    if (path.at(-1).role === 'user') {
      // This version was left while its answer was running.
      await this.#readVersions(this.#id);
      path = this.#versions.beside(this.#entries, index, step);
    }
    this.#show([...path]);
  }

  async stop() {
    const reading = this.#reading;
    if (reading) {
      reading.isUnwanted = true;
      if (reading.generation) {
        await cancel(this.#gateway, reading.generation);
      }
    }
  }

  /**
   * @param {string} model
   * @param {object} [how]
   * @param {boolean} [how.fresh] whether to bypass the cache
   * @param {'off'} [how.similar] forbids the answer to a similar question
   * @param {string} [how.escalated] the answer because of which the user asks the stronger model
   */
  #post(model, { fresh = false, similar, escalated } = {}) {
    this.#id ??= newConversation();
    const messages = messagesOf(this.#entries);
    // Marks the conversation so far for Claude's prompt cache, from which the next question reads it.
    const cache_control = { type: 'ephemeral' };
    const max_tokens = model.startsWith('claude') ? TOKENS_MAX : TOKENS_MAX_OF_ALIAS;
    const body = { ...this.#frame, cache_control, model, max_tokens, stream: true, messages };
    const escalates = escalated ?? insufficient(this.#entries, model, this.#view.cheaperOf);
    const run = { title: titleOf(messages[0].content), body, fresh, similar, escalates, isEscalation: Boolean(escalated), askedAt: Date.now() };
    running.remember(this.#id, run);
    this.#view.onAsked(this.#id, run.title);
    this.#follow(run);
  }

  /** A run that was interrupted before its answer began. It is sent again only if it joins a generation that still runs. */
  #goOn(run) {
    if (!run.error && !run.fresh && !run.isPartial && Date.now() - run.askedAt < ASK_AGAIN_WITHIN_MS) {
      this.#follow(run);
    } else {
      const error = run.error ?? new Unanswered();
      this.#show([...entriesOf(run.body.messages, this.#entries), { role: 'assistant', content: [], error }]);
      this.#view.unpin();
    }
  }

  #begunElsewhere(id, run) {
    this.#view.onAsked(id, run.title);
    const isKnown = this.#reading?.generation && this.#reading.generation === run.generation;
    if (id === this.#id && run.generation && !run.error && !isKnown) {
      this.#leave();
      this.#follow(run);
    }
  }

  /** Shows an answer from its first event to its last. */
  async #follow(run) {
    const id = this.#id;
    const reading = { controller: new AbortController(), generation: run.generation, isUnwanted: false, isLeft: false };
    const answered = new Answer(run.body.model);
    answered.facts.escalates = run.escalates;
    /** @type {import('./transcript.js').Entry} */
    const entry = { role: 'assistant', content: [], generation: run.generation, facts: answered.facts, isRunning: true };
    this.#reading = reading;
    this.#frame = frameOf(run.body);
    this.#show([...entriesOf(run.body.messages, this.#entries), entry]);
    this.#view.pin();
    this.#view.onModel(run.body.model);
    this.#view.onRunning(true);
    const view = this.#view.last;
    try {
      for await (const step of answer(this.#gateway, this.#source(id, run), reading.controller.signal)) {
        switch (step.type) {
          case 'begun':
            this.#begun(id, { ...run, generation: step.generation }, reading);
            Object.assign(entry, { generation: step.generation });
            Object.assign(answered.facts, { cache: step.cache, similar: step.similar });
            break;
          case 'event':
            view.append(answered.accept(step));
            break;
          default:
            this.#view.onLost(step.type === 'lost');
        }
      }
      entry.error = answered.error && readable(answered.error, reading);
    } catch (failure) {
      if (reading.isLeft) {
        return;
      }
      if (failure.status === 410 || (failure.status === 404 && run.generation)) {
        this.#ended(reading);
        running.forget(id);
        this.#id = null;
        await this.open(id);
        return;
      }
      if (run.escalates && !run.isEscalation && !run.generation && REFUSES_NAMED.has(failure.status)) {
        // The id of an earlier answer is no longer accepted, as after a change of the gateway's secret.
        this.#ended(reading);
        this.#follow({ ...run, escalates: undefined });
        return;
      }
      const { type = 'page_error', message, retryAt, isFinal, requestId } = failure;
      entry.error = { type, message, retryAt, isFinal, requestId };
      running.remember(id, { ...run, error: entry.error });
    }
    if (!reading.isLeft) {
      entry.content = answered.content;
      entry.isRunning = false;
      view.finish();
      this.#ended(reading);
      if (entry.generation) {
        await this.#settle(id, entry, view, Boolean(run.generation));
      }
    }
  }

  #source(id, { body, fresh, similar, escalates, generation }) {
    const headers = {
      'x-parley-conversation': id,
      'x-parley-on-disconnect': 'continue',
      ...(fresh && { 'cache-control': 'no-cache' }),
      ...(similar && { 'x-parley-similar': similar }),
      ...(escalates && { 'x-parley-escalate': escalates }),
    };
    return generation ? { generation } : { post: { body, headers }, once: fresh };
  }

  #begun(id, run, reading) {
    reading.generation = run.generation;
    running.remember(id, run);
    if (reading.isUnwanted) {
      cancel(this.#gateway, run.generation).catch(() => {});
    }
    if (reading.isLeft) {
      reading.controller.abort();
    }
  }

  /** Waits until the answer is stored, and reads the remaining facts. */
  async #settle(id, entry, view, wasResumed) {
    const turn = await this.#conversations.turnOf(id, entry.generation);
    if (turn) {
      const seen = wasResumed ? {} : { firstTokenMs: entry.facts.firstTokenMs, totalMs: entry.facts.totalMs };
      Object.assign(entry.facts, storedFacts(turn), seen);
      view.showFacts();
      if (running.recall(id)?.generation === entry.generation) {
        running.forget(id);
      }
      this.#view.onStored();
      if (wasResumed && this.#id === id) {
        await this.#showFacts(id);
      }
    }
  }

  async #showFacts(id) {
    const turns = await this.#readVersions(id);
    if (turns.length > 0 && turns[0].generation === this.#entries.at(-1)?.generation) {
      this.#show(transcript(turns));
    }
  }

  /** Reads the newest turns; returns none if the conversation has been left meanwhile. */
  async #readVersions(id) {
    const stored = await this.#conversations.newest(id, TURNS_READ).catch(() => null);
    if (!stored || this.#id !== id || this.#reading) {
      return [];
    }
    this.#versions = new Versions(stored.turns.map((turn) => transcript(stored.turns, turn)).reverse());
    return stored.turns;
  }

  #showStored(turns) {
    this.#frame = frameOf(turns[0].request);
    this.#view.onModel(turns[0].request.model);
    this.#show(transcript(turns));
    this.#view.unpin();
  }

  #show(entries) {
    this.#entries = entries;
    this.#versions.of(entries).forEach((versions, i) => (entries[i].versions = versions));
    this.#view.show(entries);
  }

  /** Stops reading once the request is on the log. */
  #leave() {
    const reading = this.#reading;
    if (reading) {
      reading.isLeft = true;
      if (reading.generation || reading.isPublished) {
        reading.controller.abort();
      }
      this.#ended(reading);
    }
  }

  #ended(reading) {
    if (this.#reading === reading) {
      this.#reading = null;
      this.#view.onRunning(false);
      this.#view.onLost(false);
    }
  }
}

function readable(error, reading) {
  return reading.isUnwanted || /cancelled/.test(error.message) ? { type: 'cancelled', message: 'Stopped.' } : error;
}
