/** The base of the console's elements: built once in light DOM, listening only while it stands in the page. */

/** @typedef {import("../data/desk.js").Desk} Desk */

export class View extends HTMLElement {
  #life = new AbortController();
  #built = false;

  connectedCallback() {
    this.#life = new AbortController();
    if (!this.#built) this.build();
    this.#built = true;
    this.listen(this.#life.signal);
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  /** Makes the element's nodes, once. */
  build() {}

  /**
   * Subscribes, each time the element enters the page.
   * @param {AbortSignal} _signal  aborted when it leaves
   */
  listen(_signal) {}
}

/** A view of the desk. */
export class DeskView extends View {
  /** @type {Desk} */
  #desk = /** @type {any} */ (null);

  get desk() {
    return this.#desk;
  }

  set desk(desk) {
    this.#desk = desk;
  }

  /**
   * Calls `draw` now and on each of the desk's events named.
   * @param {string[]} events
   * @param {() => void} draw
   * @param {AbortSignal} signal
   */
  follow(events, draw, signal) {
    for (const event of events) this.desk.addEventListener(event, draw, { signal });
    draw();
  }
}

/**
 * @template {DeskView} T
 * @param {new () => T} type
 * @param {Desk} desk
 * @param {string} [className]
 * @returns {T}
 */
export function view(type, desk, className) {
  const node = new type();
  node.desk = desk;
  if (className) node.className = className;
  return node;
}
