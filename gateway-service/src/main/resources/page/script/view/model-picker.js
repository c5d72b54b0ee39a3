/** Selects the model. */

import { BUILT_IN, models, nameOf } from '../api/models.js';
import { preferences } from '../state/preferences.js';
import { element } from './dom.js';

export class ModelPicker {
  element = element('select', { class: 'model', 'aria-label': 'Model' });
  #isOfConversation = false;
  /** @type {{id: string, name: string, cheaper?: string}[]} */
  #listed = [];
  /** The cheaper models of aliases. */
  #cheaper = new Map();

  constructor() {
    this.startNew();
    this.element.addEventListener('change', () => (preferences.model = this.element.value));
  }

  /** Selects the model for a new conversation: the one that the user has chosen, or the first if it is not listed. */
  startNew() {
    this.#isOfConversation = false;
    this.#choose(this.#find(preferences.model) ?? this.#listed[0]?.id ?? preferences.model ?? BUILT_IN[0].id);
  }

  get model() {
    return this.element.value;
  }

  /** Selects the model of the opened conversation. */
  set model(id) {
    this.#isOfConversation = true;
    this.#choose(id);
  }

  /** Offers the models of this key. */
  async load(gateway) {
    this.#listed = await models(gateway);
    this.#listed.forEach(({ id, cheaper }) => cheaper && this.#cheaper.set(id, cheaper));
    const { model } = this;
    this.element.replaceChildren(...this.#listed.map(({ id, name }) => element('option', { value: id }, name)));
    if (this.#isOfConversation) {
      this.#choose(this.#find(model) ?? model);
    } else {
      this.startNew();
    }
  }

  /** The cheaper model of an alias; undefined for a model, or before the models are loaded. */
  cheaperOf(alias) {
    return this.#cheaper.get(alias);
  }

  /** The id under which a model is listed, perhaps with its date; undefined if it is not. */
  #find(model) {
    return this.#listed.find(({ id }) => id === model || id.startsWith(`${model}-2`))?.id;
  }

  #choose(id) {
    this.#offer(id);
    this.element.value = id;
  }

  #offer(id) {
    if (![...this.element.options].some((option) => option.value === id)) {
      this.element.append(element('option', { value: id }, nameOf(id)));
    }
  }
}
