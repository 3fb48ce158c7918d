"""Which pages may talk to the gateway, and what browsers are told to forbid."""

from __future__ import annotations

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from yarl import URL

from handoff.errors import BadRequest
from handoff.gateway.errors import Forbidden, UnsupportedMediaType
from handoff.gateway.parts import SETTINGS
from handoff.settings import Settings

CUSTOMER_API = "/api/customer/"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on every response, errors included (`on_response_prepare`)."""
    response.headers.update(HEADERS)
    if request.path.startswith("/api/"):
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    origin = request.headers.get(hdrs.ORIGIN)
    if origin and request.path.startswith(CUSTOMER_API) and customer_origin_allowed(request):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        response.headers[hdrs.VARY] = "Origin"


def same_origin(request: web.Request) -> bool:
    """Whether `Origin` is the gateway's own: the host it was asked for, or `public_origin`."""
    origin = request.headers.get(hdrs.ORIGIN, "")
    settings = request.app[SETTINGS]
    if settings.public_origin and _normal(origin) == _normal(settings.public_origin):
        return True
    return _is_host(origin, request.host, settings)


def customer_origin_allowed(request: web.Request) -> bool:
    """Whether a customer's widget on the page `Origin` may connect; programs send no `Origin`."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or same_origin(request):
        return True
    allowed = request.app[SETTINGS].allowed_origins
    return "*" in allowed or _normal(origin) in {_normal(entry) for entry in allowed}


def _normal(origin: str) -> str | None:
    try:
        return str(URL(origin).origin())
    except ValueError:
        return None


def _is_host(origin: str, host: str, settings: Settings) -> bool:
    """Compare host and port; behind TLS the gateway sees `http` where the page says `https`."""
    schemes = {"https"} if settings.cookie_secure else {"http", "https"}
    try:
        url = URL(origin)
        return url.scheme in schemes and url.origin() == URL(f"{url.scheme}://{host}").origin()
    except ValueError:
        return False


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page or a broken client could have sent; answer CORS questions."""
    if not _is_unicode(request):
        raise BadRequest("a header is not UTF-8")
    if not request.path.startswith("/api/"):
        return await handler(request)
    for_customers = request.path.startswith(CUSTOMER_API)
    if request.method == "OPTIONS" and for_customers:
        return _preflight(request)
    if request.method in _SAFE or request.match_info.http_exception is not None:
        return await handler(request)  # reads, or tells that there is no such address or method
    if request.content_type != "application/json":
        raise UnsupportedMediaType("the body is not declared as JSON")
    if hdrs.ORIGIN in request.headers:
        allowed = customer_origin_allowed(request) if for_customers else same_origin(request)
        if not allowed:
            raise Forbidden("another site's page")
    return await handler(request)


def _is_unicode(request: web.Request) -> bool:
    """Whether the headers can be stored and compared; aiohttp keeps other bytes as surrogates."""
    try:
        "".join(request.headers.values()).encode()
    except UnicodeEncodeError:
        return False
    return True


def _preflight(request: web.Request) -> web.Response:
    if not customer_origin_allowed(request):
        raise Forbidden("another site's page")
    return web.Response(
        status=204,
        headers={
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type",
            hdrs.ACCESS_CONTROL_MAX_AGE: "600",
        },
    )
