"""What the chat costs the page that has its tag: the demo shop's page with it and without it, in turn.

The cost is processor time of the main thread, times four for a slow telephone: it is the same however busy the machine is.
What is felt, tasks over 50 ms, is seen on a processor that the browser itself slows down.
"""

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

LOADS, SLOW_LOADS, SLOWER, SETTLE_MS = 15, 5, 4, 1_500
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
            _load(browser, shop["with"], 1)  # warms the browser and the stub
            loads = {rate: _in_turn(browser, shop, rate, times) for rate, times in ((1, LOADS), (SLOWER, SLOW_LOADS))}
            browser.close()
    finally:
        gateway.down()
    return {
        "loads": loads[1],
        "slow": loads[SLOWER],
        "load_average": os.getloadavg()[0],
        "bytes": _bytes(gateway.asked),
    }


def _in_turn(browser: Browser, shop: dict[str, str], rate: int, times: int) -> dict[str, list[Load]]:
    loads: dict[str, list[Load]] = {name: [] for name in shop}
    for _ in range(times):
        for name, address in shop.items():
            loads[name].append(_load(browser, address, rate))
    return loads


def _pages(gateway: Gateway) -> dict[str, str]:
    """The same page twice, but for the tag."""
    found = asset("demo/index.html")
    assert found
    tagged = found.body.decode().replace("{{PUBLIC_URL}}", gateway.url)
    bare = TAG.sub("", tagged)
    assert bare != tagged
    gateway.pages |= {"/without": (bare, {}), "/with": (tagged, {})}
    return {name: f"{gateway.page}{name}" for name in ("without", "with")}


def _load(browser: Browser, address: str, rate: int) -> Load:
    tagged = address.endswith("/with")
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(OBSERVE)
    page = context.new_page()
    told = context.new_cdp_session(page)
    told.send("Performance.enable", {"timeDomain": "threadTicks"})
    told.send("Emulation.setCPUThrottlingRate", {"rate": rate})
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
    loads, slow, sizes = figures["loads"], figures["slow"], figures["bytes"]
    rows = {"main thread": "all", "of it script": "script", "style": "style", "layout": "layout"}
    lines = [_row(label, loads, key) for label, key in rows.items()]
    felt = {f"longest task, {SLOWER} x slower": "longest", "beyond 50 ms": "blocked"}
    lines += [_row(label, slow, key) for label, key in felt.items()]
    costs = SLOWER * (_middle(loads["with"], "all") - _middle(loads["without"], "all"))
    script = SLOWER * (_middle(loads["with"], "script") - _middle(loads["without"], "script"))
    shifts = [
        _middle(loads["without"], "shift"),
        _middle(loads["with"], "shift"),
        _middle(loads["with"], "opened_shift"),
    ]
    loader, opened = sizes["widget/widget.js"], sum(sizes.values())
    return "\n".join(
        [
            f"The shop's page, {len(loads['with'])} loads each, load average {figures['load_average']:.1f};"
            " ms of processor time, median; tasks on the clock",
            f"{'':<30}{'without':>9}{'with':>9}{'costs':>9}",
            *lines,
            f"Times {SLOWER}: {costs:.0f} ms; its script {script:.0f} ms, goal {GOAL_MS}: {_met(script <= GOAL_MS)}",
            f"Layout shift without the tag, with it, and opened: {', '.join(f'{shift:.3f}' for shift in shifts)}",
            f"Loader: {loader} bytes, goal {GOAL_LOADER}: {_met(loader <= GOAL_LOADER)}",
            f"Opened: {opened} bytes ({', '.join(sizes)}), goal {GOAL_OPENED}: {_met(opened <= GOAL_OPENED)}",
        ]
    )


def _middle(loads: list[Load], key: str) -> float:
    return median(load[key] for load in loads)


def _row(label: str, loads: dict[str, list[Load]], key: str) -> str:
    without, with_ = _middle(loads["without"], key), _middle(loads["with"], key)
    return f"{label:<30}{without:>9.1f}{with_:>9.1f}{with_ - without:>9.1f}"


def _met(met: bool) -> str:
    return "yes" if met else "NO"
