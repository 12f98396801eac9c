/** What is wrong with what is shown: wider than the window, cut off, or too small a target. Words for each. */
(selector) => {
  const host = document.querySelector(selector);
  const wrong = new Set();
  const SMALLEST = 24;
  /** What may be pushed sideways: it says so by being cut in the middle of something. */
  const SIDEWAYS = ".carousel, .waits .chips, .head-buttons, .office-nav, .table-frame, .diff, pre, code, textarea, input, select";
  const CONTROL = "button, a[href], input, select, summary, textarea, [role=button]";

  const everything = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? everything(one.shadowRoot) : [])]);
  const parent = (one) => one.parentElement ?? one.getRootNode().host ?? null;
  const name = (one) => {
    const kind = one.localName + [...one.classList].map((word) => `.${word}`).join("");
    const words = (one.getAttribute("aria-label") || one.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return words ? `${kind} "${words}"` : kind;
  };
  const forReaders = (one) => {
    for (let at = one; at; at = parent(at)) if (getComputedStyle(at).clipPath === "inset(50%)") return true;
    return false;
  };
  const held = (one) => {
    for (let at = parent(one); at; at = parent(at)) if (getComputedStyle(at).overflowX !== "visible") return true;
    return false;
  };
  const target = (one) => (one.matches("input") && one.closest("label")) || one;
  const inText = (one) => getComputedStyle(one).display === "inline" && !!one.parentElement?.closest("p, li, dd, td, .bubble, .meta, .more, .trouble");

  if (document.documentElement.scrollWidth > innerWidth) wrong.add(`the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);
  for (const one of [host, ...everything(host.shadowRoot ?? host)]) {
    if (!(one instanceof HTMLElement) || !one.checkVisibility({ visibilityProperty: true }) || forReaders(one)) continue;
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    const style = getComputedStyle(one);
    const over = [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight];
    if (!one.matches(SIDEWAYS) && style.display !== "inline") {
      if (style.overflowX !== "visible" && style.textOverflow !== "ellipsis" && over[0] > 1) wrong.add(`${name(one)} holds ${over[0]} px more than its width`);
      if (["hidden", "clip"].includes(style.overflowY) && style.webkitLineClamp === "none" && over[1] > 2) wrong.add(`${name(one)} cuts off ${over[1]} px below`);
    }
    if ((box.right > innerWidth + 1 || box.left < -1) && !held(one)) wrong.add(`${name(one)} stands outside of the window`);
    if (!one.matches(CONTROL) || inText(one)) continue;
    const hit = target(one).getBoundingClientRect();
    if (hit.width < SMALLEST || hit.height < SMALLEST) wrong.add(`${name(one)} is a target of ${Math.round(hit.width)} x ${Math.round(hit.height)}`);
  }
  return [...wrong];
}
