/** Builds and updates DOM nodes. Text is always text: nothing here, or anywhere in the console, parses markup. */

/**
 * @typedef {Node | string | null | undefined | false} Child
 */

/**
 * One element: functions become listeners, true an empty attribute, false and null none.
 * @template {string} T
 * @param {T} tag
 * @param {Record<string, unknown> | null} [props]
 * @param {...Child} children
 * @returns {T extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[T] : HTMLElement}
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (typeof value === "function") node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else setAttribute(node, name, value);
  }
  for (const child of children) if (child) node.append(child);
  return /** @type {any} */ (node);
}

/**
 * @param {Element} node
 * @param {string} name
 * @param {unknown} value
 */
export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else {
    const text = value === true ? "" : String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/**
 * Writes only what differs, so that screen readers and observers hear of real changes alone.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Makes the children of `parent` the views of `items`, in their order, keeping the node (and the focus) of each that stays.
 * @template T
 * @template {HTMLElement} N
 * @param {HTMLElement} parent
 * @param {readonly T[]} items
 * @param {{ key: (item: T) => string, make: (item: T) => N, update?: (node: N, item: T) => void }} view
 */
export function reconcile(parent, items, { key, make, update }) {
  const focused = document.activeElement;
  const keys = new Set(items.map(key));
  /** @type {Map<string, HTMLElement>} */
  const known = new Map();
  for (const node of /** @type {HTMLElement[]} */ ([...parent.children])) {
    if (node.dataset.key !== undefined && keys.has(node.dataset.key)) known.set(node.dataset.key, node);
    else node.remove();
  }
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const id = key(item);
    const node = /** @type {N} */ (known.get(id) ?? make(item));
    node.dataset.key = id;
    update?.(node, item);
    if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
  // Moving a node takes the focus away from what is inside it.
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/**
 * A quiet placeholder with the outline of what is coming.
 * @param {number} count
 * @param {string} kind  the class of one placeholder
 * @returns {HTMLElement}
 */
export function skeleton(count, kind) {
  const rows = Array.from({ length: count }, () =>
    h("div", { class: `skeleton ${kind}` }, ...["bar bar-half", "bar", "bar bar-most"].map((bar) => h("span", { class: bar }))),
  );
  return h("div", { class: "skeletons", "aria-hidden": "true" }, ...rows);
}
