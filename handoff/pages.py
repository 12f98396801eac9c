"""Pages and files: the widget for every shop's page, the console for agents, each with the policy that keeps it safe."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import redirect

from handoff.tools.assets import asset
from shop.ground.errors import NotFound
from shop.ground.settings import Settings

CONSOLE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def add(app: Sanic[Any, Any], settings: Settings) -> None:
    """Serve the console's page, the widget's loader, and what lies under /static/."""

    @app.get("/widget.js")
    async def widget(request: Request) -> HTTPResponse:
        return file(request, "widget/widget.js", SHARED)

    @app.get("/console")
    async def console(request: Request) -> HTTPResponse:
        if f"{request.scheme}://{request.host}" != settings.public_url and settings.development:
            return redirect(f"{settings.public_url}/console")  # writes are taken from this origin alone
        return file(request, "console/index.html", {"Content-Security-Policy": CONSOLE_CSP, "X-Frame-Options": "DENY"})

    @app.get("/console/office")
    async def office(request: Request) -> HTTPResponse:
        if f"{request.scheme}://{request.host}" != settings.public_url and settings.development:
            return redirect(f"{settings.public_url}/console/office")
        headers = {"Content-Security-Policy": CONSOLE_CSP, "X-Frame-Options": "DENY"}
        return file(request, "console/office/index.html", headers)

    @app.get("/static/<path:path>")
    async def static(request: Request, path: str) -> HTTPResponse:
        if path.endswith(".html"):
            raise NotFound("There is no such page.")  # a page is served by its own route alone, with its policy
        return file(request, path, SHARED if path.startswith(("widget/", "tokens.css")) else {})


def file(
    request: Request, path: str, headers: Mapping[str, str], fill: Mapping[str, str] | None = None
) -> HTTPResponse:
    """One of our own files, revalidated by its content's hash; `fill` replaces `{{NAME}}` in it."""
    found = asset(path)
    if found is None:
        raise NotFound("There is no such page.")
    body, tag = found.body, found.etag
    for name, value in (fill or {}).items():
        body = body.replace(f"{{{{{name}}}}}".encode(), value.encode())
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    answer = {**SAFE, **headers, "ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return HTTPResponse(status=304, headers=answer)
    if not fill and "gzip" in request.headers.get("accept-encoding", ""):
        body = found.gzipped
        answer["Content-Encoding"] = "gzip"
    return HTTPResponse(body, headers=answer, content_type=found.media)
