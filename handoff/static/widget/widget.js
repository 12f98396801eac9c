// @ts-check
/// <reference path="./types.d.ts" />
/**
 * The embed: <script async src="https://.../widget.js"></script>
 * Paints the launcher, offers the one global object, and loads the chat itself when it is wanted or the page is idle, after 3 s at the latest.
 * Attributes of the tag: data-lang, data-theme ("light" or "dark"), data-identity (a signed identity token).
 */
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement) || window.Rapport) return;
  const gateway = new URL(".", script.src).href;
  const { lang, theme, identity } = script.dataset;
  const spanish = (lang || document.documentElement.lang || navigator.language).toLowerCase().startsWith("es");

  const CSS = `
    :host { all: initial !important; }
    [hidden] { display: none !important; }
    .launch { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000; font: 15px/1.4 var(--rapport-font, var(--page-font, system-ui, sans-serif)); }
    .launcher { position: relative; display: grid; place-items: center; inline-size: 56px; block-size: 56px; margin-inline-start: auto;
      padding: 0; border: 0; border-radius: 50%; background: var(--rp-accent, #0e5a5e); color: var(--rp-on-accent, #fff); cursor: pointer;
      box-shadow: 0 4px 16px rgb(16 32 32 / 24%); }
    .launcher:hover { background: var(--rp-accent-hover, #0a474a); }
    .launcher:focus-visible, .sorry button:focus-visible { outline: 2px solid var(--rp-focus, #12777c); outline-offset: 2px; }
    .launcher[aria-busy] svg { opacity: .5; }
    .launcher svg { inline-size: 26px; block-size: 26px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
    .badge { position: absolute; inset-block-start: -2px; inset-inline-end: -2px; min-inline-size: 20px; padding: 0 5px; box-sizing: border-box;
      border-radius: 10px; background: var(--rp-bad, #a0241d); color: var(--rp-surface, #fff); font: 600 12px/20px system-ui, sans-serif; text-align: center; }
    @media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) { --rp-accent: #62c5c0; --rp-on-accent: #06282a; --rp-accent-hover: #86d6d2; --rp-surface: #171d1d; --rp-text: #e9eeed; } }
    :host([data-theme="dark"]) { --rp-accent: #62c5c0; --rp-on-accent: #06282a; --rp-accent-hover: #86d6d2; --rp-surface: #171d1d; --rp-text: #e9eeed; }
    .sorry { unicode-bidi: plaintext; inline-size: min(280px, 100vw - 40px); box-sizing: border-box; margin-block-end: 12px; padding: 16px; border-radius: 12px;
      background: var(--rp-surface, #fff); color: var(--rp-text, #16201f); box-shadow: 0 4px 24px rgb(16 32 32 / 24%); }
    .sorry button { margin-block-start: 4px; padding: 4px 0; border: 0; background: none; color: var(--rp-accent, #0e5a5e); font: inherit; font-weight: 600; text-decoration: underline; cursor: pointer; }`;

  const chat = document.createElement("rapport-chat");
  chat.setAttribute("gateway", gateway);
  if (lang) chat.lang = lang;
  if (theme) chat.dataset.theme = theme;
  const root = chat.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];

  /** @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} children */
  const make = (tag, attributes, ...children) => {
    const node = tag === "svg" || tag === "path" ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return /** @type {HTMLElement} */ (node);
  };
  const bubble = "M12 4c4.7 0 8.5 3.1 8.5 7s-3.8 7-8.5 7c-.9 0-1.8-.1-2.6-.3L5 19.5l.9-3.3C4.4 14.9 3.5 13.1 3.5 11c0-3.9 3.8-7 8.5-7z";
  const launcher = make(
    "button",
    { class: "launcher", type: "button", "aria-expanded": "false", "aria-label": spanish ? "Abrir el chat" : "Open chat" },
    make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, make("path", { d: bubble })),
    make("span", { class: "badge", "aria-hidden": "true", hidden: "" }),
  );
  const again = make("button", { type: "button" }, spanish ? "Probar otra vez" : "Try again");
  const sorry = make(
    "div",
    { class: "sorry", role: "alert", hidden: "" },
    spanish ? "Ahora no se puede abrir el chat. " : "The chat can’t be opened right now. ",
    again,
  );
  root.append(make("div", { class: "launch", role: "region", "aria-label": "Chat" }, sorry, launcher));

  /** @type {Promise<import("./element.js").RapportChat> | null} */
  let loading = null;
  let tries = 0;
  /** Browsers remember a module that could not be fetched: each new attempt has a new address. */
  const load = () => {
    loading ??= import(`${gateway}static/widget/chat.js${tries++ ? `?${tries}` : ""}`).then(
      () => /** @type {import("./element.js").RapportChat} */ (chat),
      (error) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };

  const open = async () => {
    launcher.setAttribute("aria-busy", "true");
    try {
      (await load()).open();
      sorry.hidden = true;
    } catch {
      sorry.hidden = false;
    } finally {
      launcher.removeAttribute("aria-busy");
    }
  };
  const toggle = async () => (launcher.getAttribute("aria-expanded") === "true" ? (await load()).close() : open());
  launcher.addEventListener("click", toggle);
  again.addEventListener("click", open);

  /** @type {import("./types.d.ts").RapportApi} */
  const api = {
    open,
    close: async () => (await load()).close(),
    setUser: async (user) => (await load()).setUser(user),
    signOut: async () => (await load()).signOut(),
    setLocale: async (locale) => (await load()).setLocale(locale),
    setAttributes: async (attributes) => (await load()).setAttributes(attributes),
    setInvitations: async (rules) => (await load()).setInvitations(rules),
    on: (name, listener) => {
      const hear = (/** @type {Event} */ event) => listener(/** @type {CustomEvent} */ (event).detail);
      chat.addEventListener(name, hear);
      return () => chat.removeEventListener(name, hear);
    },
  };
  window.Rapport = Object.freeze(api);

  // Beside <body>, not in it: no framework that swaps the body takes the chat away, no transformed ancestor moves it.
  document.documentElement.append(chat);
  document.dispatchEvent(new Event("rapport:ready"));
  if (identity) api.setUser(identity).catch(() => {});
  const wake = () => load().catch(() => {});
  const idle = () => window.requestIdleCallback?.(wake, { timeout: 3000 }) ?? setTimeout(wake);
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle);
})();
