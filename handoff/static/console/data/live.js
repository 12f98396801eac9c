/**
 * The console's event stream. Browsers allow six connections to a host on HTTP/1.1, so of all tabs one reads it
 * (the one holding a Web Lock) and tells the others; when that tab goes, the next one takes over.
 *
 * Events: "open" (connected: anything may have been missed), "changed" (detail {id, version}), "sign" (detail {kind, data}:
 * who types, who looks, how far is read), "lost".
 */

const STREAM = "/api/console/stream";
const NAME = "rapport-console-stream";
const SIGNS = ["typing", "looking", "marks"];
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

export class LiveStream extends EventTarget {
  #stop = new AbortController();
  #channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  /** @type {EventSource | null} */
  #source = null;
  /** @type {"idle" | "open" | "lost"} */
  #state = "idle";
  #tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  #leads = false;

  start() {
    const { signal } = this.#stop;
    if (this.#channel) {
      this.#channel.onmessage = ({ data }) => this.#hear(data);
      this.#channel.postMessage({ type: "who" });
    }
    window.addEventListener("online", () => this.#reconnectNow(), { signal });
    window.addEventListener("offline", () => this.#leads && this.#lose(), { signal });
    if (this.#channel && navigator.locks) {
      navigator.locks.request(NAME, { signal }, () => this.#lead()).catch(() => {});
    } else this.#lead();
  }

  stop() {
    this.#stop.abort();
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#channel?.close();
  }

  /** Whether this tab reads the stream itself, and so is the one that makes the sounds. */
  get leads() {
    return this.#leads;
  }

  /** Opens the stream and keeps the lock until the tab stops. */
  #lead() {
    if (this.#stop.signal.aborted) return undefined;
    this.#leads = true;
    this.#connect();
    return new Promise((resolve) => this.#stop.signal.addEventListener("abort", resolve));
  }

  #connect() {
    this.#source?.close();
    const source = new EventSource(STREAM);
    this.#source = source;
    source.addEventListener("hello", () => {
      this.#tries = 0;
      this.#tell("open");
    });
    source.addEventListener("changed", (event) => this.#tell("changed", JSON.parse(event.data)));
    for (const kind of SIGNS) source.addEventListener(kind, (event) => this.#tell("sign", { kind, data: JSON.parse(event.data) }));
    source.addEventListener("error", () => source === this.#source && this.#lose());
  }

  /** The stream broke: say so and try again, later each time and never all tabs of all agents at one instant. */
  #lose() {
    this.#source?.close();
    this.#tell("lost");
    const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#tries++);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), pause * (0.75 + Math.random() / 2));
  }

  #reconnectNow() {
    if (!this.#leads || this.#state !== "lost") return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  /**
   * @param {"open" | "changed" | "sign" | "lost"} type
   * @param {object} [detail]
   */
  #tell(type, detail) {
    this.#channel?.postMessage({ type, detail });
    this.#dispatch(type, detail);
  }

  /** @param {{ type: string, detail?: object }} word  from another tab */
  #hear({ type, detail }) {
    if (type === "who") {
      if (this.#leads && this.#state !== "idle") this.#channel?.postMessage({ type: this.#state });
    } else if (!this.#leads) this.#dispatch(type, detail);
  }

  /**
   * @param {string} type
   * @param {object} [detail]
   */
  #dispatch(type, detail) {
    if (type === "open" || type === "lost") this.#state = type;
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
