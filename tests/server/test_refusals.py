"""What the server does not have, and to whom it does not answer."""

from __future__ import annotations

import re
import urllib.parse

import pytest

from tests.kernel_page import Page, ask
from tests.server.looking import A_KERNEL, HEALTH
from tests.serving import Server


@pytest.mark.parametrize(
    "path",
    [
        f"voila/query/{A_KERNEL}", f"voila/execution/{A_KERNEL}", "voila/files/.env", "voila/files/app.ipynb",
        "voila/files/app.png", "voila/tree", "voila/tree/", "voila/render/app.ipynb", "voila/api/contents/",
        "voila/api/themes/x.css", "voila/templates/base/static/voila.js", "voila/templates/x", "voila/",
        "voila/static/voila.js", "voila/labextensions/anywidget/package.json", "movierec/static/",
        "movierec/static/0/door.js", "movierec/static/0/../../../../../etc/passwd", "movierec/static/door.js",
        "static/etc/passwd", "static/../../../../../../etc/passwd", "voila/static/../../../../../../etc/passwd",
        "voila/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "voila/static//etc/passwd",
        "voila/static/..%5c..%5cetc", "voila/static/%00", "voila/static/",
        "voila/labextensions/%00", "voila/labextensions/", "voila/labextensions/../../../etc/passwd",
        "voila/labextensions//etc/passwd",
        "voila/labextensions/%2e%2e/voila/templates/base/static/voila.js",
        "api", "api/contents", "api/contents/app.ipynb", "api/kernels", "api/kernels/", "api/kernelspecs",
        "api/sessions", "api/status", "api/me", "api/terminals", "api/shutdown", "metrics", "terminals/1", "tree",
        "lab", "login", "logout", "edit", "favicon.ico", ".env", "files/.env", "app.ipynb", "notebooks/app.ipynb",
        "movierec.sqlite3", "movierec/", "movierec/posters", "movierec/posters/", "..%2f..%2fetc%2fpasswd",
        "%ff%fe", "/", "a" * 5000,
    ],
)  # fmt: skip
def test_everything_else_is_not_there(server: Server, path: str) -> None:
    """Files, folders, terminals, lists of kernels, paths that lead out: 404, and nothing told."""
    answer = ask(server.url, path)
    assert answer.status in (400, 403, 404)
    assert re.fullmatch(rb"\d{3} [\w ]+\n|<html><title>400: Bad Request</title>.*</html>", answer.body)


@pytest.mark.parametrize("method", ["DELETE", "POST", "PUT", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["", "{kernel}", "{kernel}/restart", "{kernel}/interrupt", "{kernel}/channels"])
def test_kernels_cannot_be_listed_started_restarted_or_ended_over_http(
    server: Server, method: str, path: str
) -> None:
    """With the right id even: 403, 404 or 405, and the kernel lives."""
    page = Page(server.url)
    path = "api/kernels/" + path.format(kernel=page.kernel_id)
    assert page.ask(path, method=method, body=b"{}", X_Movierec="1").status in (403, 404, 405)
    with page.socket() as socket_:
        assert socket_.alive()


@pytest.mark.parametrize("path", ["", HEALTH, "movierec/posters/949", "nothing"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "0.0.0.0", "10.1.2.3", "x" * 300]
)
def test_a_foreign_name_is_refused(server: Server, host: str, path: str) -> None:
    """A page elsewhere that has its own name resolved to this machine gets nothing."""
    assert ask(server.url, path, Host=host).status == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"])
def test_this_machine_by_any_of_its_own_names_is_served(server: Server, host: str) -> None:
    """With the port, as browsers send it, and without."""
    port = urllib.parse.urlsplit(server.url).port
    assert ask(server.url, HEALTH, Host=host).status == 200
    assert ask(server.url, HEALTH, Host=f"{host}:{port}").status == 200
