/** <rapport-console>: the page: sign-in form or workspace, and on a narrow screen which of the three panes is seen. */

import { Alerts } from "../data/alerts.js";
import { Desk } from "../data/desk.js";
import { listenToKeys } from "../data/keys.js";
import { readMentions } from "../data/mentions.js";
import { h } from "../lib/dom.js";
import { SearchDialog } from "../office/search-dialog.js";
import { View, view } from "../lib/view.js";
import { AgentBar } from "./agent-bar.js";
import { AwayDialog } from "./away-dialog.js";
import { CloseDialog } from "./close-dialog.js";
import { CommandPalette } from "./command-palette.js";
import { ConnectionBanner } from "./connection-banner.js";
import { ConversationView } from "./conversation-view.js";
import { CustomerPanel } from "./customer-panel.js";
import { ErrandDialog } from "./errand-dialog.js";
import { KeyHelp } from "./key-help.js";
import { LaterDialog } from "./later-dialog.js";
import { NoticeStack } from "./notice-stack.js";
import { OfferStrip } from "./offer-strip.js";
import { ParkDialog } from "./park-dialog.js";
import { QueueLists } from "./queue-lists.js";
import { ReasonDialog } from "./reason-dialog.js";
import { SignIn } from "./sign-in.js";
import { TransferDialog } from "./transfer-dialog.js";

export class RapportConsole extends View {
  desk = new Desk();
  #alerts = new Alerts(this.desk);
  /** @type {HTMLElement} */
  #panes = h("main", { class: "panes" });
  /** @type {"none" | "in" | "out"} */
  #shown = "none";

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.desk.addEventListener("session", () => this.#draw(), { signal });
    this.desk.addEventListener("opened", () => this.#turnTo(this.desk.openId ? "thread" : "lists"), { signal });
    this.desk.addEventListener("panel", () => this.#togglePanel(), { signal });
    this.desk.addEventListener("unreached", () => this.#starting("The server cannot be reached; trying again."), { signal });
    this.#starting("Opening the console…");
    listenToKeys(this.desk, this, signal);
    this.#alerts.listen(signal);
    readMentions(this.desk, signal);
    this.desk.resume();
  }

  #draw() {
    const shown = this.desk.agent ? "in" : "out";
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (shown === "out") this.replaceChildren(view(SignIn, this.desk), view(NoticeStack, this.desk));
    else this.#drawWorkspace();
  }

  /** @param {string} text */
  #starting(text) {
    this.replaceChildren(h("p", { class: "starting", role: "status" }, text));
  }

  #drawWorkspace() {
    const { desk } = this;
    this.#panes = h("main", { class: "panes" }, view(QueueLists, desk), view(ConversationView, desk), view(CustomerPanel, desk));
    this.#panes.dataset.pane = desk.openId ? "thread" : "lists";
    this.replaceChildren(
      view(AgentBar, desk),
      view(ConnectionBanner, desk),
      view(OfferStrip, desk),
      this.#panes,
      view(NoticeStack, desk),
      view(ReasonDialog, desk),
      view(CloseDialog, desk),
      view(ErrandDialog, desk),
      view(TransferDialog, desk),
      view(ParkDialog, desk),
      view(LaterDialog, desk),
      view(AwayDialog, desk),
      view(SearchDialog, desk),
      view(KeyHelp, desk),
      view(CommandPalette, desk),
    );
  }

  /** @param {"lists" | "thread" | "panel"} pane */
  #turnTo(pane) {
    const from = this.#panes.dataset.pane;
    this.#panes.dataset.pane = pane;
    if (from === pane) return;
    // Once the panes themselves have heard of it: what had the focus may then have left the screen.
    queueMicrotask(() => this.#keepFocus(pane));
  }

  /** Where all panes are seen the focus stays where it is. @param {"lists" | "thread" | "panel"} pane */
  #keepFocus(pane) {
    const lost = document.activeElement === document.body || !document.activeElement?.checkVisibility();
    const target = { lists: `.card-link[aria-current="true"], .card-link`, thread: "conversation-head h2", panel: "customer-panel h2" }[pane];
    const node = this.querySelector(target);
    if (lost && node instanceof HTMLElement) node.focus({ preventScroll: true });
  }

  #togglePanel() {
    if (this.desk.openId) this.#turnTo(this.#panes.dataset.pane === "panel" ? "thread" : "panel");
  }
}
