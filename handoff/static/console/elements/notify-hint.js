/** <notify-hint>: asks once, politely, whether offers may show as desktop notifications. The browser is asked only on a yes. */

import { recall, remember } from "../data/prefs.js";
import { h } from "../lib/dom.js";
import { DeskView } from "../lib/view.js";

export class NotifyHint extends DeskView {
  build() {
    this.append(
      h("p", null, "Hear of a waiting customer while you work in another window?"),
      h(
        "div",
        { class: "hint-buttons" },
        h("button", { type: "button", class: "button button-small", onclick: () => this.#ask() }, "Show notifications"),
        h("button", { type: "button", class: "button button-small button-quiet", onclick: () => this.#later() }, "Not now"),
      ),
    );
    this.hidden = !("Notification" in window) || Notification.permission !== "default" || recall("hint", false);
  }

  async #ask() {
    this.hidden = true;
    remember("notify", (await Notification.requestPermission()) === "granted");
    this.desk.dispatchEvent(new Event("prefs"));
  }

  #later() {
    this.hidden = true;
    remember("hint", true);
  }
}
