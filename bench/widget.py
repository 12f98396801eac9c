"""What the chat costs the page that has its tag: the demo shop's page with it and without it, in turn, on a slow processor."""

import os
import re
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from handoff.tools.assets import asset
from tests import chromium
from tests.browser.patience import PATIENCE_MS
from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat

LOADS, SLOWER, SETTLE_MS = 15, 4, 2_500
GOAL_MS, GOAL_LOADER, GOAL_OPENED = 50, 5_000, 25_000
TAG = re.compile(r"<script async[^>]*></script>")
# What the browser says of the main thread, in seconds of its processor time.
METRICS = {
    "all": "TaskDuration",
    "script": "ScriptDuration",
    "style": "RecalcStyleDuration",
    "layout": "LayoutDuration",
}
OBSERVE = """window.seen = {tasks: [], shift: 0};
new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({type: "longtask", buffered: true});
new PerformanceObserver((list) => list.getEntries().forEach((one) => { seen.shift += one.hadRecentInput ? 0 : one.value }))
  .observe({type: "layout-shift", buffered: true});"""
SETTLED = "(ms) => new Promise((then) => setTimeout(() => requestIdleCallback(() => then(seen)), ms))"
THERE = "() => customElements.whenDefined('rapport-chat').then(() => true)"
Load = dict[str, float]


def measure() -> dict[str, Any]:
    """Each load in a browser context of its own, with nothing in its cache."""
    found = chromium.find()
    if not found:
        raise SystemExit(chromium.HELP)
    gateway = Gateway()
    shop = _pages(gateway)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=list(chromium.ARGUMENTS))
            loads: dict[str, list[Load]] = {name: [] for name in shop}
            for round_ in range(LOADS + 1):
                for name, address in shop.items():
                    load = _load(browser, address, tagged=name == "with")
                    if round_:  # the first warms the browser and the stub
                        loads[name].append(load)
            browser.close()
    finally:
        gateway.down()
    return {"loads": loads, "load_average": os.getloadavg()[0], "bytes": _bytes(gateway.asked)}


def _pages(gateway: Gateway) -> dict[str, str]:
    """The same page twice, but for the tag."""
    found = asset("demo/index.html")
    assert found
    tagged = found.body.decode().replace("{{PUBLIC_URL}}", gateway.url)
    bare = TAG.sub("", tagged)
    assert bare != tagged
    gateway.pages |= {"/without": (bare, {}), "/with": (tagged, {})}
    return {name: f"{gateway.page}{name}" for name in ("without", "with")}


def _load(browser: Browser, address: str, *, tagged: bool) -> Load:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(OBSERVE)
    page = context.new_page()
    told = context.new_cdp_session(page)
    told.send("Performance.enable", {"timeDomain": "threadTicks"})
    told.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address)
    if tagged:
        page.evaluate(THERE)
    seen = page.evaluate(SETTLED, SETTLE_MS)
    figures = {one["name"]: one["value"] for one in told.send("Performance.getMetrics")["metrics"]}
    load = {name: figures[metric] * 1000 for name, metric in METRICS.items()}
    load |= {"shift": seen["shift"], "longest": max(seen["tasks"], default=0.0)}
    load["blocked"] = sum(task - 50 for task in seen["tasks"])
    if tagged:
        load["opened_shift"] = _opened(page)
    context.close()
    return load


def _opened(page: Page) -> float:
    """The chat is opened, too: nothing of the page moves."""
    Chat(page).open()
    return float(page.evaluate(SETTLED, 100)["shift"])


def _bytes(asked: list[str]) -> dict[str, int]:
    """What was fetched of the chat for a page that has opened it, gzipped as it is served."""
    names = {"widget/widget.js" if one == "GET /widget.js" else one.removeprefix("GET /static/") for one in asked}
    sizes = {name: found.gzipped for name in names if name.startswith("widget/") and (found := asset(name))}
    return {name: len(body) for name, body in sorted(sizes.items())}


def table(figures: dict[str, Any]) -> str:
    loads: dict[str, list[Load]] = figures["loads"]
    middle = {name: {key: median(load[key] for load in ones) for key in ones[0]} for name, ones in loads.items()}
    without, with_ = middle["without"], middle["with"]
    rows = {"main thread": "all", "of it script": "script", "style": "style", "layout": "layout"}
    rows |= {"longest task": "longest", "beyond 50 ms": "blocked"}
    lines = [
        f"{label:<15}{without[key]:>9.1f}{with_[key]:>9.1f}{with_[key] - without[key]:>9.1f}"
        for label, key in rows.items()
    ]
    costs = with_["all"] - without["all"]
    sizes: dict[str, int] = figures["bytes"]
    loader, opened = sizes["widget/widget.js"], sum(sizes.values())
    return "\n".join(
        [
            f"The shop's page, {len(loads['with'])} loads each, processor {SLOWER} x slower, load average"
            f" {figures['load_average']:.1f}; ms of the main thread, median",
            f"{'':<15}{'without':>9}{'with':>9}{'costs':>9}",
            *lines,
            f"Main thread: {costs:.0f} ms, goal {GOAL_MS}: {_met(costs <= GOAL_MS)}",
            f"Layout shift: {with_['shift']:.3f} without the chat's being opened, {with_['opened_shift']:.3f} once it is,"
            f" {without['shift']:.3f} without the tag",
            f"Loader: {loader} bytes, goal {GOAL_LOADER}: {_met(loader <= GOAL_LOADER)}",
            f"Opened: {opened} bytes ({', '.join(sizes)}), goal {GOAL_OPENED}: {_met(opened <= GOAL_OPENED)}",
        ]
    )


def _met(met: bool) -> str:
    return "yes" if met else "NO"
