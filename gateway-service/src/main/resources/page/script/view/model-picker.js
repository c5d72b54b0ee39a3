/** Selects the model. */

import { BUILT_IN, models, nameOf } from '../api/models.js';
import { preferences } from '../state/preferences.js';
import { element } from './dom.js';

export class ModelPicker {
  element = element('select', { class: 'model', 'aria-label': 'Model' });
  #isOfConversation = false;
  #isChosen = Boolean(preferences.model);
  /** The cheaper models of aliases. */
  #cheaper = new Map();

  constructor() {
    this.#offer(preferences.model ?? BUILT_IN[0].id);
    this.element.addEventListener('change', () => {
      this.#isChosen = true;
      preferences.model = this.element.value;
    });
  }

  get model() {
    return this.element.value;
  }

  /** Selects the model of the opened conversation. */
  set model(id) {
    this.#isOfConversation = true;
    this.#choose(id);
  }

  /** Offers the models of this key; selects the first unless a listed one has been chosen. */
  async load(gateway) {
    const listed = await models(gateway);
    listed.forEach(({ id, cheaper }) => cheaper && this.#cheaper.set(id, cheaper));
    const chosen = this.element.value;
    const keep = this.#isChosen || this.#isOfConversation;
    this.element.replaceChildren(...listed.map(({ id, name }) => element('option', { value: id }, name)));
    const found = keep && listed.find(({ id }) => id === chosen || id.startsWith(`${chosen}-2`))?.id;
    const first = this.#isOfConversation ? undefined : listed[0]?.id;
    this.#choose(found || first || chosen);
  }

  /** The cheaper model of an alias; undefined for a model, or before the models are loaded. */
  cheaperOf(alias) {
    return this.#cheaper.get(alias);
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
