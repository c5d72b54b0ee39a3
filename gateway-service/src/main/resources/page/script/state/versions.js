/**
 * The versions of a conversation: an edited question or a repeated answer begins another path through its messages, and
 * all paths are stored as turns. Messages are versions of each other if they follow the same messages.
 */

import { textOf } from './answer.js';
import { same } from './transcript.js';

/** @typedef {import('./transcript.js').Entry} Entry */

export class Versions {
  /** @type {Entry[][]} in the order in which they began */
  #paths = [];

  /** @param {Entry[][]} [paths] oldest first */
  constructor(paths = []) {
    paths.forEach((path) => this.add(path));
  }

  /** Adds a path, unless it is known. */
  add(path) {
    const messages = path.filter(isMessage);
    const isKnown = this.#paths.some((other) => other.length === messages.length && begins(other, messages));
    if (messages.length > 0 && !isKnown) {
      this.#paths.push(messages);
    }
  }

  /**
   * Replaces the paths by the stored ones. A question that was refused has no turn: it stays, before the path that followed it.
   * @param {Entry[][]} stored oldest first
   */
  update(stored) {
    const paths = new Versions(stored).#paths;
    let next = paths.length;
    for (const path of this.#paths.toReversed()) {
      const at = paths.findIndex((other) => begins(other, path));
      if (at >= 0) {
        next = at;
      } else if (path.at(-1).role === 'user') {
        paths.splice(next, 0, path);
      }
    }
    this.#paths = paths;
  }

  /** The most recent path that begins with a path; that itself if there is none. */
  latest(path) {
    return this.#paths.findLast((other) => begins(other, path)) ?? path;
  }

  /**
   * The position of each message of a path among its versions.
   * @param {Entry[]} path
   * @returns {{number: number, count: number}[]} numbers count from 1
   */
  of(path) {
    let others = this.#paths;
    return path.map((message, i) => {
      const versions = distinct(others, i, message.role);
      others = others.filter((other) => other[i] && sameMessage(other[i], message));
      const at = versions.findIndex((version) => sameMessage(version, message));
      return at < 0 ? { number: versions.length + 1, count: versions.length + 1 } : { number: at + 1, count: versions.length };
    });
  }

  /**
   * The most recent path with another version of a message.
   * @param {Entry[]} path
   * @param {number} step -1 for the version before, 1 for the one after
   * @returns {Entry[]} the path itself if there is none
   */
  beside(path, index, step) {
    const before = path.slice(0, index);
    const others = this.#paths.filter((other) => begins(other, before));
    const versions = distinct(others, index, path[index].role);
    const at = versions.findIndex((version) => sameMessage(version, path[index]));
    const wanted = versions[(at < 0 ? versions.length : at) + step];
    return (wanted && others.findLast((other) => other[index] && sameMessage(other[index], wanted))) ?? path;
  }
}

/** The different messages of paths at an index. */
function distinct(paths, index, role) {
  const found = [];
  for (const message of paths.map((path) => path[index])) {
    if (message?.role === role && !found.some((version) => sameMessage(version, message))) {
      found.push(message);
    }
  }
  return found;
}

/** Whether a path begins with these messages. */
function begins(path, messages) {
  return messages.length <= path.length && messages.every((message, i) => sameMessage(message, path[i]));
}

/** Answers are compared by their text, since a stored answer may have further properties. */
function sameMessage(one, other) {
  return one.role === other.role && (one.role === 'assistant' ? textOf(one.content) === textOf(other.content) : same(one.content, other.content));
}

/** An answer that failed before its first word is no version. */
function isMessage({ content }) {
  return content.length > 0;
}
