"""The twins' process: wiring, pages and the two doors. Bound to the loopback, and only in development."""

from pathlib import Path
from typing import Any

from sanic import HTTPResponse, Request, Sanic, empty, file, redirect

from handoff.tools.live import Doorbell
from handoff.twins import control, mail, rest
from handoff.twins.carrier import Carrier
from handoff.twins.store import Store
from shop.ground.settings import BadSetting, Settings

HOST = "127.0.0.1"
PAGES = Path(__file__).parent / "static"
TOKENS = Path(__file__).parents[1] / "static" / "tokens.css"
BODY_AT_MOST = 80_000_000  # ten pictures
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def serve(settings: Settings) -> None:
    """Run both twins until the process is told to stop."""
    app = make(settings)
    app.run(HOST, settings.twin_port, single_process=True, access_log=False, motd=False)


def make(settings: Settings) -> Sanic[Any, Any]:
    """The app of the twins."""
    if not settings.development:
        raise BadSetting(
            "RAPPORT_ENV is production, where the twins do not exist; set RAPPORT_ENV=development to try things out."
        )
    app: Sanic[Any, Any] = Sanic("rapport_twins", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = BODY_AT_MOST
    app.config.RESPONSE_TIMEOUT = 120
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 1.0
    bell = Doorbell()
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    store = Store(settings.var_dir / "twin.db")
    carrier = Carrier(settings, store)
    app.blueprint(rest.blueprint(carrier))
    app.blueprint(control.blueprint(carrier, bell))
    _pages(app)
    app.on_request(_only_here)

    @app.before_server_start
    async def start(app: Sanic[Any, Any]) -> None:
        bell.attach()
        store.on_change = lambda: bell.ring(control.CHANGED)
        app.ctx.smtp = await mail.listen(store, HOST, settings.smtp_twin_port)

    @app.after_server_stop
    async def stop(app: Sanic[Any, Any]) -> None:
        app.ctx.smtp.close()
        await carrier.close()
        store.on_change = lambda: None
        store.close()

    return app


def _pages(app: Sanic[Any, Any]) -> None:
    @app.get("/")
    async def home(_: Request) -> HTTPResponse:
        return redirect("/phone")

    @app.get("/phone", name="phone")
    async def phone(_: Request) -> HTTPResponse:
        return await _page("phone.html")

    @app.get("/outbox", name="outbox")
    async def outbox(_: Request) -> HTTPResponse:
        return await _page("outbox.html")

    @app.get("/readyz")
    async def ready(_: Request) -> HTTPResponse:
        return empty(200)

    app.static("/static/tokens.css", TOKENS, name="tokens")
    app.static("/static/twins", PAGES, name="twin_files")


async def _page(name: str) -> HTTPResponse:
    return await file(
        PAGES / name,
        headers={
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        },
    )


async def _only_here(request: Request) -> HTTPResponse | None:
    """A page elsewhere that points a name of its own at this machine gets nothing."""
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    return None if host in ("127.0.0.1", "localhost", "[::1]") else empty(421)
