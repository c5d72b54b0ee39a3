/** The open conversation: sends questions, streams answers, and resumes after a reload. */

import { answer, cancel, online, Unanswered } from '../api/answers.js';
import { publishedEvents } from '../api/published.js';
import { Answer, storedFacts } from './answer.js';
import { errorOf, isInvalid } from './errors.js';
import { insufficient } from './escalation.js';
import { GenerationReading, Reading } from './reading.js';
import * as running from './running.js';
import { cacheMarkOf, entriesOf, frameOf, messagesOf, newConversation, titleOf, transcript } from './transcript.js';
import { Versions } from './versions.js';

const TOKENS_MAX = 8_192;

/** The number of turns whose facts and versions are loaded with a conversation. */
const TURNS_READ = 20;

/** The statuses of a request that names an answer of which the gateway knows nothing. */
const REFUSES_NAMED = new Set([400, 404]);

/** A request without an answer is sent again only within this time, so that it joins a generation that still runs. */
const ASK_AGAIN_WITHIN_MS = 10 * 60 * 1000;

const STOPPED = { type: 'cancelled', message: 'Stopped.' };
const LACKS_IMAGES = { type: 'invalid_request_error', message: 'Attach the images again.' };
const NOT_FOUND = { type: 'not_found_error', message: 'There is no such conversation.' };

/**
 * What the user can do: ask; wait for the stored messages, without which a question would have no history; or stop an answer.
 * @typedef {'ready'|'loading'|'running'} State
 *
 * How a question is asked.
 * @typedef {object} QuestionOptions
 * @property {boolean} [fresh] whether to bypass the cache
 * @property {'off'} [similar] forbids the answer to a similar question
 * @property {string} [escalated] the answer because of which the user asks the stronger model
 * @property {string} [model] the model or alias
 * @property {number} [askedAt] when it was sent
 *
 * A question and the answer that is received.
 * @typedef {object} Exchange
 * @property {string} id of the conversation
 * @property {any} run
 * @property {GenerationReading} reading
 * @property {Answer} answered
 * @property {import('./transcript.js').Entry} entry of the answer
 * @property {any} view of the answer, where it was shown last
 * @property {boolean} isResumed whether earlier answers are shown without their facts
 * @property {boolean} isLost whether there is no connection
 */

export class Chat {
  #gateway;
  #conversations;
  #view;
  #id = null;
  /** @type {import('./transcript.js').Entry[]} */
  #entries = [];
  #versions = new Versions();
  #frame = {};
  /**
   * The newest generation of the conversation that is known, also of an attempt that was refused or stopped.
   * @type {string|undefined}
   */
  #newest;
  /**
   * What is received at the moment; null in the state ready.
   * @type {Reading|null}
   */
  #reading = null;
  /**
   * Exchanges without a response yet, by conversation. They continue when it is left.
   * @type {Map<string, Exchange>}
   */
  #pending = new Map();

  /**
   * @param view renders it: show(entries), pin(), unpin(), last, onState(state), onBegun(), onLost(boolean), onAsked(id, title),
   *     onOpened(conversation), onNotOpened(error, retry), onMissing(id), onStored(), onModel(model), onNotStopped(), cheaperOf(alias)
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
    this.#clear(null);
    this.#show([]);
  }

  async open(id) {
    if (id === this.#id) {
      return;
    }
    this.#clear(id);
    const run = running.recall(id);
    if (run?.generation) {
      this.#follow(run);
      return;
    }
    const pending = this.#pending.get(id);
    if (pending && pending.run.askedAt === run?.askedAt) {
      pending.isResumed = true;
      this.#newest = run.after;
      this.#showRunning(pending);
      return;
    }
    this.#show([]);
    const reading = this.#begin(new Reading(), 'loading');
    let stored;
    try {
      stored = await this.#conversations.newest(id, run ? TURNS_READ : 1, reading.signal);
    } catch (failure) {
      if (!reading.isLeft) {
        const message = reading.isStopped ? 'This conversation was not loaded.' : `This conversation could not be loaded: ${failure.message}`;
        this.#notOpened(id, { ...errorOf(failure), message });
      }
      return;
    } finally {
      this.#ended(reading);
    }
    if (!reading.isLeft) {
      await this.#opened(id, run, stored);
    }
  }

  async #opened(id, run, stored) {
    const all = stored?.turns ?? [];
    const turns = all.filter((turn) => !running.isLeft(run, turn));
    const isUnanswered = run && !turns.some((turn) => running.isAnsweredBy(run, turn));
    const [newest] = isUnanswered ? all : turns;
    this.#newest = running.newestOf(all[0]?.generation, run?.after, run?.error?.requestId);
    if (stored) {
      this.#versions.update(pathsOf(all));
    }
    if (isUnanswered && !this.#isSetAside(run, newest, turns)) {
      this.#goOn(running.completed(run, newest), turns);
    } else if (newest) {
      if (run && !all.some((turn) => running.isAskedBy(run, turn))) {
        this.#versions.add(entriesOf(running.completed(run, newest).body.messages));
      } else {
        running.forget(id);
      }
      this.#view.onOpened(stored);
      this.#showStored([newest]);
      await this.#showFacts(id);
    } else {
      running.forget(id);
      this.#view.onMissing(id);
      this.#notOpened(id, NOT_FOUND);
    }
  }

  /**
   * Whether what is stored is shown instead of an old question without an answer: the conversation was deleted, or the question replaces
   * messages of the newest turn. Its text is then a version.
   * @param newest the newest stored turn, if there is one
   * @param {any[]} turns those of which none answers it
   */
  #isSetAside(run, newest, turns) {
    if (!running.isOld(run) || turns.some((turn) => running.isLater(run, turn))) {
      return false;
    }
    return newest ? run.body.messages.length <= newest.request.messages.length : Boolean(this.#newest);
  }

  /** No conversation is open then, so that the next question begins one. */
  #notOpened(id, error) {
    this.#id = null;
    this.#view.onNotOpened(error, () => this.open(id));
  }

  /**
   * Shows a published question with its answer. The conversation begins with the next question.
   * @param {import('../api/published.js').Published} published
   */
  async showPublished({ id, question, model }) {
    this.startNew();
    const reading = new Reading();
    const answered = new Answer(model);
    const entry = answerEntry(answered, { body: { model } });
    const view = this.#present(reading, [{ role: 'user', content: question }, entry]);
    const failure = await this.#receive(reading, publishedEvents(id, reading.signal), (event) => view.append(answered.accept(event)));
    if (!reading.isLeft) {
      answered.facts.cache = 'published';
      this.#finish(view, entry, answered, failure && readable(errorOf(failure), reading));
    }
  }

  /**
   * Asks the next question. It replaces one that was invalid, with which all later requests would be: that before it, or all from the
   * first whose images are missing. Only in the state ready.
   */
  ask(content, model) {
    if (this.#reading) {
      return;
    }
    if (isInvalid(this.#entries.at(-1))) {
      const lacking = this.#entries.findIndex((entry) => running.lacksImages([entry]));
      this.edit(lacking < 0 ? this.#entries.length - 2 : lacking, content, model);
      return;
    }
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

  /**
   * Follows the answer at an index again if only reading it has failed, or cancels it if another one is wanted now. If it has failed
   * itself, or there is none, repeats the request for it: it joins an answer that still runs, or gets a cached one. One that bypasses
   * the cache would be answered twice, so its answer is shown if it is stored by now.
   */
  async retry(index, model) {
    const { asked = {}, cut } = this.#entries[index];
    const isSame = model === asked.model;
    if (cut && isSame && index === this.#entries.length - 1) {
      this.#leave();
      this.#follow(cut);
      return;
    }
    if (cut) {
      cancel(this.#gateway, cut.generation).catch(() => this.#view.onNotStopped());
    }
    if (!(isSame && asked.fresh && (await this.#showLateAnswer(asked)))) {
      // Only the alias has a stronger model.
      this.#answerAgain(index, model, isSame ? asked : { ...asked, escalated: undefined });
    }
  }

  /**
   * Shows the answer to a question that got no response, if it is stored by now.
   * @param {QuestionOptions} asked
   * @returns whether the question is not to be sent again: also if the user has stopped that, or left
   */
  async #showLateAnswer({ askedAt }) {
    const id = this.#id;
    const run = running.recall(id);
    if (run?.askedAt !== askedAt || run.error) {
      return false;
    }
    this.#leave();
    const looking = this.#begin(new Reading(), 'running');
    const stored = await this.#conversations.newest(id, TURNS_READ, looking.signal).catch(() => null);
    this.#ended(looking);
    if (looking.isLeft || looking.isStopped) {
      return true;
    }
    const isStored = stored?.turns.some((turn) => turn.type === 'completed' && isAnswer(id, run, turn));
    if (isStored) {
      await this.#opened(id, running.recall(id), stored);
    }
    return isStored;
  }

  #answerAgain(index, model, options) {
    this.#leave();
    this.#versions.add(this.#entries);
    this.#entries = this.#entries.slice(0, index);
    this.#post(model, options);
  }

  /**
   * Shows another version of the message at an index, with what followed it. Not while an answer is running.
   * @param {number} step -1 for the version before, 1 for the one after
   */
  async showVersion(index, step) {
    if (this.#reading) {
      return;
    }
    const id = this.#id;
    this.#versions.add(this.#entries);
    let path = this.#versions.beside(this.#entries, index, step);
    if (path.at(-1).role === 'user') {
      // This version was left while its answer was running, or was refused.
      await this.#readVersions(id);
      if (this.#id !== id || this.#reading) {
        return;
      }
      path = this.#versions.latest(path);
    }
    this.#show([...path]);
  }

  /** A conversation is being deleted: a question that has no response yet would begin it again. */
  forget(id) {
    const pending = this.#pending.get(id);
    if (pending) {
      if (pending.reading === this.#reading) {
        this.#stopPending(pending);
      } else {
        this.#responded(pending);
      }
      pending.reading.disconnect();
    }
  }

  /** Ends the answer that is running. */
  async stop() {
    const pending = this.#pending.get(this.#id);
    if (pending && pending.reading === this.#reading) {
      this.#stopPending(pending);
    } else {
      await this.#reading?.stop();
    }
  }

  /** There is nothing to show. A response that arrives is only needed to cancel its answer. */
  #stopPending(exchange) {
    const { id, run, reading, answered, entry, view } = exchange;
    this.#responded(exchange);
    reading.stop();
    this.#leave();
    running.update(id, { ...run, error: STOPPED });
    this.#finish(view, entry, answered, STOPPED);
  }

  /**
   * Sends the shown messages, unless images of them are missing.
   * @param {string} model
   * @param {QuestionOptions} [options]
   */
  #post(model, { fresh = false, similar, escalated } = {}) {
    if (running.lacksImages(this.#entries)) {
      this.#show([...this.#entries, { role: 'assistant', content: [], error: LACKS_IMAGES }]);
      this.#view.unpin();
      return;
    }
    this.#id ??= newConversation();
    const messages = messagesOf(this.#entries);
    const { max_tokens: earlierMax = 0, ...frame } = this.#frame;
    const max_tokens = Math.max(TOKENS_MAX, earlierMax);
    const body = { ...frame, cache_control: cacheMarkOf(frame), model, max_tokens, stream: true, messages };
    const escalates = escalated ?? insufficient(this.#entries, model, this.#view.cheaperOf);
    const isEscalation = Boolean(escalated);
    const title = titleOf(messages[0].content);
    const left = running.leftFor(this.#id, body);
    const run = { title, body, fresh, similar, escalates, isEscalation, askedAt: Date.now(), after: this.#newest, left };
    running.remember(this.#id, run);
    this.#view.onAsked(this.#id, run.title);
    this.#follow(run);
  }

  /**
   * A run that was interrupted before its answer began. It is sent again only if it joins a generation that still runs, and not after a
   * later turn of another browser, which its own would replace. That turn is then shown before the question.
   * @param {any[]} turns newest first
   */
  #goOn(run, turns) {
    const { messages } = run.body;
    const isOvertaken = turns.some((turn) => running.isLater(run, turn));
    if (!isOvertaken && !run.error && !run.fresh && !running.lacksImages(messages) && Date.now() - run.askedAt < ASK_AGAIN_WITHIN_MS) {
      this.#follow(run);
    } else {
      const error = withRemedy(run.error ?? errorOf(new Unanswered()), run);
      const asked = isOvertaken ? [...transcript(turns), ...entriesOf(messages.slice(-1))] : entriesOf(messages, this.#entries);
      this.#askNextAs(run.body);
      this.#show([...asked, { role: 'assistant', content: [], error, asked: optionsOf(run) }]);
      this.#view.unpin();
    }
  }

  #begunElsewhere(id, run) {
    this.#view.onAsked(id, run.title);
    const isKnown = this.#reading instanceof GenerationReading && this.#reading.generation === run.generation;
    if (id === this.#id && run.generation && !isKnown) {
      this.#leave();
      this.#follow(run);
    }
  }

  /** Shows an answer from its first event to its last. */
  async #follow(run) {
    const reading = new GenerationReading(this.#gateway, run.generation);
    const answered = new Answer(run.body.model);
    answered.facts.escalates = run.escalates;
    const isResumed = Boolean(run.generation);
    const exchange = { id: this.#id, run, reading, answered, entry: answerEntry(answered, run), view: null, isResumed, isLost: false };
    this.#showRunning(exchange);
    if (!run.generation) {
      this.#pending.set(exchange.id, exchange);
    }
    const failure = await this.#receive(reading, answer(this.#gateway, this.#source(exchange), reading.signal), (step) => this.#take(exchange, step));
    this.#responded(exchange);
    this.#attempted(exchange, failure?.requestId);
    if (!reading.isLeft) {
      await this.#end(exchange, failure);
    }
  }

  #showRunning(exchange) {
    const { run, reading, entry } = exchange;
    exchange.view = this.#present(reading, [...entriesOf(run.body.messages, this.#entries), entry]);
    this.#askNextAs(run.body);
    this.#newest = running.newestOf(this.#newest, run.after, run.generation);
    this.#view.onLost(exchange.isLost);
    if (run.generation) {
      this.#view.onBegun();
    }
  }

  #take(exchange, step) {
    const { id, run, reading, answered, entry, view } = exchange;
    switch (step.type) {
      case 'begun':
        this.#responded(exchange);
        this.#attempted(exchange, step.generation);
        running.update(id, { ...run, generation: step.generation });
        reading.begin(step.generation).catch(() => this.#view.onNotStopped());
        if (!reading.isLeft) {
          this.#view.onBegun();
        }
        Object.assign(entry, { generation: step.generation });
        Object.assign(answered.facts, { cache: step.cache, similar: step.similar });
        break;
      case 'event':
        view.append(answered.accept(step));
        break;
      default:
        exchange.isLost = step.type === 'lost';
        if (!reading.isLeft) {
          this.#view.onLost(exchange.isLost);
        }
    }
  }

  /** The turn of an attempt that was refused, stopped or left is not the answer to a later one. */
  #attempted({ id, run }, requestId) {
    running.supersede(id, run, requestId);
    if (id === this.#id) {
      this.#newest = running.newestOf(this.#newest, requestId);
    }
  }

  #responded(exchange) {
    if (this.#pending.get(exchange.id) === exchange) {
      this.#pending.delete(exchange.id);
    }
  }

  async #end({ id, run, reading, answered, entry, view, isResumed }, failure) {
    if (failure && (failure.status === 410 || (failure.status === 404 && run.generation))) {
      running.forget(id);
      this.#id = null;
      await this.open(id);
      return;
    }
    if (failure && run.escalates && !run.isEscalation && !reading.generation && !reading.isStopped && REFUSES_NAMED.has(failure.status)) {
      // The id of an earlier answer is no longer accepted, as after a change of the gateway's secret.
      this.#follow({ ...run, escalates: undefined });
      return;
    }
    if (failure instanceof Unanswered) {
      const looking = new Reading();
      const found = run.fresh && reading.isSent ? await this.#look(id, run, looking) : null;
      if (!looking.isLeft) {
        this.#finish(view, entry, answered, found ? undefined : errorOf(failure));
        await this.#reopen(id, run, found);
      }
      return;
    }
    const error = failure ? errorOf(failure) : answered.error;
    const shown = error && readable(error, reading);
    if (failure && reading.generation && failure.requestId !== reading.generation) {
      entry.cut = { ...run, generation: reading.generation };
    }
    if (failure && !reading.generation) {
      running.update(id, { ...run, error: shown });
    }
    this.#finish(view, entry, answered, shown);
    if (entry.generation) {
      await this.#settle(id, entry, view, isResumed);
    }
  }

  /**
   * What is stored, once it has the answer to a question that bypasses the cache: that question is not sent again, but it may have
   * arrived. Null if there is no answer, or the look-up is left or stopped.
   */
  async #look(id, run, looking) {
    this.#begin(looking, 'running');
    this.#view.onLost(true);
    try {
      await online(run.askedAt + ASK_AGAIN_WITHIN_MS, looking.signal);
      return await this.#conversations.newestOnce(id, TURNS_READ, (turn) => isAnswer(id, run, turn), looking.signal);
    } catch {
      return null;
    } finally {
      this.#ended(looking);
    }
  }

  /**
   * Shows what is stored, if it can be read: an unanswered question may have been answered, or another browser may have gone on.
   * @param {string} id
   * @param {any} run the question
   * @param {any} found what is stored, if it has been read
   */
  async #reopen(id, { askedAt }, found) {
    const stored = found ?? (await this.#conversations.newest(id, TURNS_READ).catch(() => undefined));
    const run = running.recall(id);
    if (stored !== undefined && run?.askedAt === askedAt && this.#id === id && !this.#reading) {
      await this.#opened(id, run, stored);
    }
  }

  /** Shows the entries, of which the last is an answer that is received now. */
  #present(reading, entries) {
    this.#begin(reading, 'running');
    this.#show(entries);
    this.#view.pin();
    return this.#view.last;
  }

  /**
   * Takes all steps. Whatever happens, the reading has ended then.
   * @returns {Promise<any>} the failure; undefined if all came
   */
  async #receive(reading, steps, take) {
    try {
      for await (const step of steps) {
        take(step);
      }
      return undefined;
    } catch (failure) {
      return failure;
    } finally {
      this.#ended(reading);
    }
  }

  #finish(view, entry, answered, error) {
    Object.assign(entry, { content: answered.content, error, isRunning: false });
    view.finish();
  }

  #source({ id, run: { body, fresh, similar, escalates, generation, askedAt }, reading }) {
    const headers = {
      'x-parley-conversation': id,
      'x-parley-on-disconnect': 'continue',
      ...(fresh && { 'cache-control': 'no-cache' }),
      ...(similar && { 'x-parley-similar': similar }),
      ...(escalates && { 'x-parley-escalate': escalates }),
    };
    // One that bypasses the cache would be answered twice.
    const repeatedUntil = fresh ? 0 : askedAt + ASK_AGAIN_WITHIN_MS;
    return generation ? { generation } : { post: { body, headers }, repeatedUntil, onSent: () => (reading.isSent = true) };
  }

  /** Waits until the answer is stored, and reads the remaining facts. A later turn of another browser replaces an answer that was resumed. */
  async #settle(id, entry, view, wasResumed) {
    const turn = await this.#conversations.newestSince(id, entry.generation);
    if (turn) {
      if (turn.generation === entry.generation) {
        const seen = wasResumed ? {} : { firstTokenMs: entry.facts.firstTokenMs, totalMs: entry.facts.totalMs };
        Object.assign(entry.facts, storedFacts(turn), seen);
        view.showFacts();
      } else if (wasResumed && this.#entries.at(-1) === entry) {
        this.#newest = running.newestOf(this.#newest, turn.generation);
        this.#showStored([turn]);
      }
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
    this.#versions.update(pathsOf(stored.turns));
    return stored.turns;
  }

  #showStored(turns) {
    this.#askNextAs(turns[0].request);
    this.#show(transcript(turns));
    this.#view.unpin();
  }

  /** The next question has the model of a request, and all else but the messages. */
  #askNextAs(request) {
    this.#frame = frameOf(request);
    this.#view.onModel(request.model);
  }

  #show(entries) {
    this.#entries = entries;
    this.#versions.of(entries).forEach((versions, i) => (entries[i].versions = versions));
    this.#view.show(entries);
  }

  /** Leaves what is shown, and has nothing of it left. */
  #clear(id) {
    this.#leave();
    this.#id = id;
    this.#frame = {};
    this.#newest = undefined;
    this.#entries = [];
    this.#versions = new Versions();
  }

  #leave() {
    this.#reading?.leave();
    this.#ended(this.#reading);
  }

  /** @param {State} state until the reading has ended */
  #begin(reading, state) {
    this.#reading = reading;
    reading.isLeft = false;
    this.#view.onState(state);
    return reading;
  }

  #ended(reading) {
    if (reading && this.#reading === reading) {
      this.#reading = null;
      this.#view.onState('ready');
      this.#view.onLost(false);
    }
  }
}

/** The paths of stored turns, oldest first. */
function pathsOf(turns) {
  return turns.map((turn) => transcript(turns, turn)).reverse();
}

/**
 * The entry of an answer that is received.
 * @param {Answer} answered
 * @param {any} run
 * @returns {import('./transcript.js').Entry}
 */
function answerEntry({ facts }, run) {
  return { role: 'assistant', content: [], generation: run.generation, facts, asked: optionsOf(run), isRunning: true };
}

/** @returns {QuestionOptions} */
function optionsOf({ fresh, similar, escalates, isEscalation, body, askedAt }) {
  return { fresh, similar, escalated: isEscalation ? escalates : undefined, model: body.model, askedAt };
}

/** Whether a stored turn is the answer to a question, unless another tab has asked meanwhile, or the conversation was deleted. */
function isAnswer(id, { askedAt }, turn) {
  // As it is now: an earlier attempt may have become known.
  const run = running.recall(id);
  return run?.askedAt === askedAt && !running.isLeft(run, turn) && running.isAnsweredBy(run, turn);
}

/** The error of a question. Without its images it cannot be asked again. */
function withRemedy(error, { body }) {
  return running.lacksImages(body.messages) ? { ...error, ...LACKS_IMAGES, message: `${error.message} ${LACKS_IMAGES.message}` } : error;
}

function readable(error, reading) {
  return reading.isStopped || /cancelled/.test(error.message) ? STOPPED : error;
}
