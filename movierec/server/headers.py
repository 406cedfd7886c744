"""What every response carries, whichever handler made it."""

from __future__ import annotations

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

from movierec.server.peers import Peers

__all__ = ["SafetyHeaders"]

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # data: for the icon
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HTTPS_ONLY = "max-age=31536000"
# A page that leads or opens ours loses hold of it. Whose address was typed, or reloaded, was led by nobody.
# To them the policy is not sent: a browser's process that has not begun with it begins another, which takes 20 ms.
_NOBODY_LED = frozenset({"none", "same-origin"})


class SafetyHeaders(OutputTransform):
    """Sets them at the last moment, over whatever a handler, ours or a foreign one, has set."""

    def __init__(self, request: HTTPServerRequest, *, peers: Peers):
        super().__init__(request)
        self._is_https = peers.is_https(request)
        self._may_be_led = request.headers.get("Sec-Fetch-Site") not in _NOBODY_LED

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: ARG002 - tornado's signature
    ) -> tuple[int, HTTPHeaders, bytes]:
        for name, value in _HEADERS.items():
            headers[name] = value
        if self._may_be_led:
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if self._is_https:
            headers["Strict-Transport-Security"] = _HTTPS_ONLY
        headers.pop("Server", None)
        return status_code, headers, chunk
