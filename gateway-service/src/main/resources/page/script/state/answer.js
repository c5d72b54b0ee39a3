/** One answer, built from the events received so far. */

export class Answer {
  #blocks = [];
  /** The blocks with which the message begins, such as a call of a tool by code that runs at Claude. */
  #first = [];
  /** The counters that are known so far. */
  #usage = {};
  #beganAt = performance.now();
  /** @type {import('./transcript.js').AnswerError|undefined} */
  error;

  /** @param model the requested model; another one may answer */
  constructor(model) {
    this.facts = { model, requested: model };
  }

  /**
   * The next event.
   * @returns {string} the text that it adds
   */
  accept({ name, data }) {
    switch (name) {
      case 'message_start':
        this.facts.model = data.message.model;
        this.facts.stop = data.message.stop_reason;
        this.#count(data.message.usage);
        this.#first = data.message.content ?? [];
        return textOf(this.#first);
      case 'content_block_start':
        this.#blocks[data.index] = { ...data.content_block };
        return this.#begin(data.index);
      case 'content_block_delta':
        return this.#add(this.#blocks[data.index], data.delta);
      case 'message_delta':
        this.facts.stop = data.delta.stop_reason;
        this.#count(data.usage);
        return '';
      case 'message_stop':
        this.facts.totalMs = performance.now() - this.#beganAt;
        return '';
      case 'error':
        this.facts.totalMs = performance.now() - this.#beganAt;
        this.error = data.error;
        return '';
      default:
        return '';
    }
  }

  /** The content blocks as far as they were received. */
  get content() {
    return [...this.#first, ...this.#blocks].filter((block) => block && !(block.type === 'text' && block.text === '')).map(withInput);
  }

  #begin(index) {
    const block = this.#blocks[index];
    return block.type === 'text' ? separator([...this.#first, ...this.#blocks.slice(0, index)]) + (block.text ?? '') : '';
  }

  #add(block, delta) {
    this.facts.firstTokenMs ??= performance.now() - this.#beganAt;
    switch (delta.type) {
      case 'text_delta':
        block.text = (block.text ?? '') + delta.text;
        return delta.text;
      case 'thinking_delta':
        block.thinking = (block.thinking ?? '') + delta.thinking;
        return '';
      case 'signature_delta':
        block.signature = (block.signature ?? '') + delta.signature;
        return '';
      case 'input_json_delta':
        block.json = (block.json ?? '') + delta.partial_json;
        return '';
      case 'citations_delta':
        block.citations = [...(block.citations ?? []), delta.citation];
        return '';
      case 'compaction_delta':
        Object.assign(block, compacted(block, delta));
        return '';
      default:
        return '';
    }
  }

  /** A counter that is null is as before. */
  #count(usage) {
    const known = Object.entries(usage ?? {}).filter(([, counter]) => counter !== null);
    Object.assign(this.#usage, Object.fromEntries(known));
    Object.assign(this.facts, inputFacts(this.#usage));
    this.facts.outputTokens = this.#usage.output_tokens;
  }
}

/** What a delta adds to a block with a summary of earlier messages. A part of it that is null is not there yet. */
function compacted(block, { content, encrypted_content }) {
  return {
    ...(typeof content === 'string' && { content: (block.content ?? '') + content }),
    ...(encrypted_content !== undefined && { encrypted_content }),
  };
}

/** The block with its input, which arrives as the text of a JSON object. The limit of tokens may cut it. */
function withInput({ json, ...block }) {
  return json === undefined ? block : { ...block, input: inputOf(json) };
}

function inputOf(json) {
  try {
    return JSON.parse(json || '{}');
  } catch {
    // As the gateway does, and the Messages API recommends.
    return { INVALID_JSON: json };
  }
}

/** All the text of an answer. */
export function textOf(content) {
  return typeof content === 'string'
    ? content
    : content.map((block, i) => (block.type === 'text' ? separator(content.slice(0, i)) + block.text : '')).join('');
}

/** What separates a block of text from the blocks before it. Blocks in a row are one text: each has the citations of its part. */
function separator(before) {
  const isFirst = !before.some((block) => block?.type === 'text' && block.text);
  return isFirst || before.at(-1)?.type === 'text' ? '' : '\n\n';
}

/**
 * The tokens of a prompt: all, and those that were read from and written to Claude's prompt cache. Empty if they are not known.
 * @param {{input_tokens?: number, cache_read_input_tokens?: number, cache_creation_input_tokens?: number}} usage
 */
function inputFacts({ input_tokens, cache_read_input_tokens, cache_creation_input_tokens }) {
  const cacheReadTokens = cache_read_input_tokens ?? 0;
  const cacheWrittenTokens = cache_creation_input_tokens ?? 0;
  return (input_tokens ?? undefined) === undefined
    ? {}
    : { inputTokens: input_tokens + cacheReadTokens + cacheWrittenTokens, cacheReadTokens, cacheWrittenTokens };
}

/** The facts of an answer from its stored turn. */
export function storedFacts(turn) {
  const { timings } = turn;
  // A reused answer, and one without a call of its own other than a judge's, is a copy: its message has the tokens of the original.
  const isCopy = turn.cache === 'similar' || turn.attempts.every(({ purpose }) => purpose === 'judge');
  const usage = (isCopy && turn.message.usage) || turn.usage;
  return {
    model: turn.message.model ?? turn.model,
    requested: turn.model,
    escalates: turn.escalates,
    firstTokenMs: timings.claude_first_token_ms > 0 ? timings.session_ms + timings.cache_ms + timings.queue_ms + timings.claude_first_token_ms : undefined,
    totalMs: timings.total_ms,
    ...inputFacts(usage),
    outputTokens: usage.output_tokens ?? undefined,
    stop: turn.message.stop_reason,
    cost: turn.cost_usd ?? undefined,
    cache: turn.cache,
    ...(turn.similar && { similar: turn.similar }),
    attempts: turn.attempts.length,
  };
}
