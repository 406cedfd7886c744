"""The server, as a process of its own: what it serves, what it refuses, how it begins and ends."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import time
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from movierec import __version__
from movierec.artifact import Movie, write
from tests.fake_tmdb import PICTURE, V3_KEY, FakeTmdb
from tests.kernel_page import Answer, Page, Socket, ask, framed
from tests.serving import Server, start_server
from tests.toy import ALIEN, HEAT, MOVIES, TOY_STORY, UP, WALL_E, tables, write_toy_model

A_KERNEL = "01234567-89ab-cdef-0123-456789abcdef"
HEALTH = "movierec/health"


@pytest.fixture(scope="module")
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(MOVIES) as fake:
        yield fake


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path, toy_model: Path, tmdb: FakeTmdb) -> Iterator[Server]:
    """One server for all tests that leave it as it is; afterwards, its log tells no secrets."""
    with start_server(home, {"MODEL_DIR": str(toy_model)} | tmdb.environment()) as server:
        yield server
        log = server.log()
    assert V3_KEY not in log
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}", log), "the id of a kernel is a secret"
    assert "Traceback" not in log


@pytest.fixture(scope="module")
def page(server: Server) -> Page:
    """One visit for all tests after which its kernel must live as before."""
    return Page(server.url)


def kernels(server: Server) -> dict[str, int]:
    """Return how many kernels are ready, and how many there are."""
    counts: dict[str, int] = ask(server.url, HEALTH).json()["kernels"]
    return counts


def settled(server: Server, *, ready: int = 2) -> Callable[[], bool]:
    """Is the pool full, and nobody there?"""
    return lambda: kernels(server) == {"ready": ready, "running": ready}


def kernel_processes(server: Server) -> dict[int, dict[str, str]]:
    """Return pid -> environment of the kernels that the server has started."""
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            pid, stat = int(entry.name), (entry / "stat").read_text()
            if int(stat.rpartition(")")[2].split()[1]) == server.process.pid and " Z " not in stat:
                lines = (entry / "environ").read_bytes().decode().split("\0")
                found[pid] = dict(line.partition("=")[::2] for line in lines)
    return found


def pid_of(page: Page) -> int:
    """Return the process of the page's kernel."""
    for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if page.kernel_id in cmdline.read_text():
                return int(cmdline.parent.name)
    raise AssertionError("the page has no kernel")


# --- the page


def test_health_tells_what_a_watcher_needs_and_no_more(server: Server) -> None:
    """Status, version, films, kernels."""
    answer = ask(server.url, HEALTH)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    counts = answer.json().pop("kernels")
    assert answer.json() | {"kernels": counts} == {
        "status": "ok", "version": __version__, "films": len(MOVIES), "kernels": counts,
    }  # fmt: skip
    assert set(counts) == {"ready", "running"}


def test_the_page_stands_by_itself(server: Server) -> None:
    """Title, language, viewport, colour scheme, an icon of its own; nothing from another host; not kept."""
    answer = ask(server.url)
    assert answer.status == 200
    for part in ("<title>movierec</title>", '<html lang="en">', 'name="viewport"', 'name="color-scheme"',
                 'rel="icon" href="data:image/svg+xml', "<noscript>"):  # fmt: skip
        assert part in answer.text
    others = set(re.findall(r"(?:https?:)?//[\w.-]+", answer.text)) - {"http://www.w3.org"}
    assert others == set()
    assert "no-store" in answer.headers["Cache-Control"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    assert "source" not in json.dumps(Page(server.url).config)


def test_every_visit_has_a_kernel_of_its_own(server: Server) -> None:
    """Two pages, two kernels; a preheated one answers at once."""
    one, other = Page(server.url), Page(server.url)
    assert one.kernel_id != other.kernel_id
    with one.socket() as socket_:
        assert socket_.alive()


def test_the_page_is_compressed(server: Server) -> None:
    """gzip for whoever takes it, posters excepted."""
    assert ask(server.url, Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    script = ask(server.url, "voila/static/voila.js", Accept_Encoding="gzip")
    assert (script.status, script.headers["Content-Encoding"]) == (200, "gzip")
    poster = ask(server.url, f"movierec/posters/{HEAT}", Accept_Encoding="gzip")
    assert (poster.status, poster.headers["Content-Encoding"]) == (200, None)


@pytest.mark.parametrize("query", ["?template=classic", "?theme=dark", "?template=../../x&theme=%00", "?a=b"])
def test_neither_template_nor_theme_is_the_visitors_choice(server: Server, page: Page, query: str) -> None:
    """Whatever the address asks for, it is our page, from the pool."""
    server.wait_for(lambda: kernels(server)["ready"] == 2, why="a full pool")
    visit = Page(server.url, query)
    kernel_of_its_own = re.compile(r'"(kernelId|model_id)": "[^"]*"')
    assert kernel_of_its_own.sub("", visit.answer.text) == kernel_of_its_own.sub("", page.answer.text)
    assert kernel_processes(server)[pid_of(visit)]["VOILA_PREHEAT"] == "True"
    # Nor does anything of it reach the kernel of whoever comes next.
    server.wait_for(lambda: kernels(server)["ready"] == 2, why="a full pool")
    for variables in kernel_processes(server).values():
        assert "?" not in variables.get("VOILA_REQUEST_URL", "")


def test_head_takes_no_kernel(server: Server) -> None:
    """HEAD says that the page is there, for nothing."""
    server.wait_for(lambda: kernels(server)["ready"] == 2, why="a full pool")
    before = kernels(server)
    for path in ("", HEALTH, f"movierec/posters/{HEAT}"):
        answer = ask(server.url, path, method="HEAD")
        assert (answer.status, answer.body) == (200, b"")
    assert kernels(server) == before


def test_kernels_get_the_settings_and_not_the_key(server: Server, home: Path, toy_model: Path) -> None:
    """A kernel knows model, home and where posters are; TMDB's key stays with the server."""
    processes = kernel_processes(server)
    assert len(processes) >= 2
    for variables in processes.values():
        assert variables["TMDB_API_KEY"] == ""
        assert V3_KEY not in str(variables)
        assert variables["MOVIEREC_POSTERS_URL"] == "/movierec/posters/"
        assert variables["MOVIEREC_HOME"] == str(home)
        assert variables["MODEL_DIR"] == str(toy_model)


# --- what every response carries


@pytest.mark.parametrize(
    ("path", "status"),
    [("", 200), (HEALTH, 200), (f"movierec/posters/{HEAT}", 200), ("movierec/posters/5", 404),
     ("voila/static/voila.js", 200), ("voila/static/nothing.js", 403), ("nothing", 404),
     (f"api/kernels/{A_KERNEL}", 404), (f"api/kernels/{A_KERNEL}/channels", 403)],
)  # fmt: skip
def test_every_response_carries_the_safety_headers(server: Server, path: str, status: int) -> None:
    """Pages, pictures, scripts and refusals alike."""
    answer = ask(server.url, path)
    assert answer.status == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Server"] is None
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == "'self' blob:"
    assert "http" not in answer.headers["Content-Security-Policy"]


# --- what is not there


@pytest.mark.parametrize(
    "path",
    [
        f"voila/query/{A_KERNEL}", f"voila/execution/{A_KERNEL}", "voila/files/.env", "voila/files/app.ipynb",
        "voila/files/app.png", "voila/tree", "voila/tree/", "voila/render/app.ipynb", "voila/api/contents/",
        "voila/api/themes/x.css", "voila/templates/base/static/voila.js", "voila/templates/x", "voila/",
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
    same_site = {"Cookie": f"_xsrf={page.xsrf}", "X_XSRFToken": page.xsrf}
    assert ask(page.url, path, method=method, body=b"{}", **same_site).status in (403, 404, 405)
    with page.socket() as socket_:
        assert socket_.alive()


@pytest.mark.parametrize("path", ["", HEALTH, "movierec/posters/949", "voila/static/voila.js", "nothing"])
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


# --- posters


def test_a_poster_is_served_to_be_kept(server: Server) -> None:
    """The picture, its type, a long life, and an ETag that saves sending it again."""
    answer = ask(server.url, f"movierec/posters/{TOY_STORY}")
    assert (answer.status, answer.body) == (200, PICTURE)
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    again = ask(server.url, f"movierec/posters/{TOY_STORY}", If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "movie_id",
    ["5", "-5", "0", "99999999999", "9" * 15, "9" * 40, "9" * 4000, "1.5", "1e3", "abc", "862abc", "862/",
     "862.jpg", "%2e%2e", "862%00", "٨٦٢", "+862", " 862", "0x35e", "NaN", "-", "--862"],
)  # fmt: skip
def test_only_films_of_the_model_are_asked_for(server: Server, tmdb: FakeTmdb, movie_id: str) -> None:
    """Any other id: 404, and TMDB hears nothing of it."""
    before = len(tmdb.requests)
    assert ask(server.url, "movierec/posters/" + urllib.parse.quote(movie_id, safe="%/")).status in (400, 404)
    assert len(tmdb.requests) == before


def test_no_poster_now_is_an_empty_answer_for_a_minute(server: Server, tmdb: FakeTmdb) -> None:
    """204: the browser keeps the drawn poster, and asks again another time."""
    tmdb.play("movie", "404")
    try:
        answer = ask(server.url, f"movierec/posters/{ALIEN}")
    finally:
        tmdb.play("movie", "good")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_without_a_key_posters_are_answered_at_once(tmp_path: Path, toy_model: Path) -> None:
    """No key: kernels are told that there are no posters, and whoever asks anyway gets 204."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "TMDB_API_URL": "http://192.0.2.1"}) as server:
        before = time.monotonic()
        assert ask(server.url, f"movierec/posters/{HEAT}").status == 204
        assert ask(server.url, "movierec/posters/5").status == 404
        assert time.monotonic() - before < 1
        for variables in kernel_processes(server).values():
            assert variables["MOVIEREC_POSTERS_URL"] == ""


def test_fifty_posters_at_once_while_tmdb_hangs(tmp_path: Path) -> None:
    """All are answered within the time allowed, and meanwhile the server answers others at once."""
    films = [Movie(movie_id=n, tmdb_id=n, title=f"Film {n}", year=2000) for n in range(1, 51)]
    rows = [[(n + 1) % 50] for n in range(50)]
    model = write(tmp_path / "model", films, rows, [[0.5]] * 50, about={"name": "fifty"})
    with FakeTmdb(films) as tmdb:
        tmdb.play("movie", "hang")
        variables = {"MODEL_DIR": str(model), "TMDB_TIMEOUT_S": "1", "MOVIEREC_POOL_SIZE": "0"}
        with start_server(tmp_path, variables | tmdb.environment()) as server, ThreadPoolExecutor(50) as visitors:
            before = time.monotonic()
            answers = [visitors.submit(ask, server.url, f"movierec/posters/{film.movie_id}") for film in films]
            server.wait_for(lambda: tmdb.count("movie") >= 8, why="TMDB to be asked")
            asked = time.monotonic()
            assert ask(server.url, HEALTH).status == 200
            assert time.monotonic() - asked < 0.5
            assert {answer.result(30).status for answer in answers} == {204}
            assert time.monotonic() - before < 5


# --- the websocket


def refused(page: Page, **options: object) -> int:
    with pytest.raises(InvalidStatus) as caught, page.socket(**options):
        pass
    return caught.value.response.status_code


@pytest.mark.parametrize(
    "origin", [None, "http://evil.example", "null", "file://", "http://localhost:1", "http://127.0.0.1"]
)
def test_a_websocket_from_elsewhere_is_refused(page: Page, origin: str | None) -> None:
    """A foreign Origin, and none at all, even by one who knows the kernel's id."""
    assert refused(page, origin=origin) == 403


def test_a_websocket_in_another_protocol_is_refused(page: Page) -> None:
    """In the older one, messages could not be told apart."""
    assert refused(page, protocol="other") == 400


def test_nobody_can_run_code(page: Page, tmp_path: Path) -> None:
    """execute_request and its like do not reach the kernel, on any channel."""
    proof = tmp_path / "proof"
    content = {"code": f"open({str(proof)!r}, 'w')", "silent": False, "store_history": False,
               "user_expressions": {}, "allow_stdin": False, "stop_on_error": False}  # fmt: skip
    with page.socket() as socket_:
        for channel in ("shell", "control", "stdin", "iopub"):
            for msg_type in (
                "execute_request",
                "debug_request",
                "input_reply",
                "inspect_request",
                "complete_request",
            ):
                socket_.send(msg_type, content, channel=channel)
        assert socket_.alive()
        assert not proof.exists()
        heard = {message["msg_type"] for message in socket_.heard}
        assert not heard & {"execute_reply", "inspect_reply", "complete_reply", "debug_reply", "error", "stream"}


def test_a_message_that_is_too_large_is_refused_and_the_kernel_lives(page: Page) -> None:
    """A 50 MB password ends its connection; a new one finds the kernel as it was."""
    for size in (1_000_001, 50_000_000):
        with page.socket() as socket_:
            content = {"comm_id": "x", "data": {"password": "x" * size}}
            assert closed_by(socket_, framed("comm_msg", content))
    with page.socket() as socket_:
        assert socket_.alive()


@pytest.mark.parametrize(
    "frame", [b"", b"\x00" * 7, b"\xff" * 64, b"\x01" + b"\x00" * 30, "text", "{}", "[" * 100_000]
)
def test_bytes_that_are_no_message_end_the_connection_only(page: Page, frame: bytes | str) -> None:
    """Garbage costs whoever sends it their connection, and nobody else anything."""
    with page.socket() as socket_:
        assert closed_by(socket_, frame)
    with page.socket() as socket_:
        assert socket_.alive()


def closed_by(socket_: Socket, frame: bytes | str) -> bool:
    """Does the server close the connection when it gets *frame*?"""
    with contextlib.suppress(ConnectionClosed):
        socket_.connection.send(frame)
    try:
        while True:
            socket_.connection.recv(timeout=10)
    except ConnectionClosed:
        return True
    except TimeoutError:
        return False


def test_a_kernels_errors_do_not_reach_the_page(page: Page) -> None:
    """Whatever a message does in the kernel, only widgets' messages and states come back."""
    with page.socket() as socket_:
        for content in ({}, {"comm_id": 7}, {"comm_id": "x", "target_name": "y"}, {"comm_id": [], "data": "z"}):
            for msg_type in ("comm_open", "comm_msg", "comm_close"):
                socket_.send(msg_type, content)
        assert socket_.alive()
        heard = {message["msg_type"] for message in socket_.heard}
    assert heard <= {"status", "comm_close", "comm_open", "comm_msg", "kernel_info_reply"}


def test_answers_come_without_delay(page: Page) -> None:
    """Small messages are sent at once: most round trips take a few milliseconds."""
    with page.socket() as socket_:
        socket_.alive()
        times = []
        for _ in range(30):
            before = time.monotonic()
            socket_.hear(socket_.send("comm_info_request", {}), "comm_info_reply")
            times.append(time.monotonic() - before)
    assert sorted(times)[len(times) // 2] < 0.03


# --- when a page closes


def beacon(page: Page, *, kernel_id: str = "", **headers: str) -> Answer:
    """Send what a page sends when it closes."""
    body = urllib.parse.urlencode({"_xsrf": page.xsrf}).encode()
    path = f"voila/api/shutdown/{kernel_id or page.kernel_id}"
    headers = {"Cookie": f"_xsrf={page.xsrf}", "Content_Type": "application/x-www-form-urlencoded"} | headers
    return ask(page.url, path, method="POST", body=body, **headers)


def test_a_page_that_closes_ends_its_kernel(server: Server) -> None:
    """The beacon with the page's cookie ends this kernel and no other."""
    page, other = Page(server.url), Page(server.url)
    assert is_there(page)
    assert beacon(page).status == 204
    assert not is_there(page)
    assert refused(page) == 404
    assert beacon(page).status == 404
    with other.socket() as socket_:
        assert socket_.alive()


@pytest.mark.parametrize(
    "headers", [{"Cookie": "a=b"}, {"Cookie": "_xsrf=other"}, {"Origin": "http://evil.example"}]
)
def test_a_beacon_from_elsewhere_ends_nothing(page: Page, headers: dict[str, str]) -> None:
    """Without our cookie, or from another site: 403."""
    assert beacon(page, **headers).status == 403
    with page.socket() as socket_:
        assert socket_.alive()


def test_idle_kernels_are_ended_and_those_in_use_or_ready_are_not(tmp_path: Path, toy_model: Path) -> None:
    """A page that is gone is given a while; an open one, and the pool, as long as they like."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_KERNEL_IDLE_S": "2"}) as server:
        left = Page(server.url)
        with left.socket() as socket_:
            assert socket_.alive()
        with Page(server.url).socket() as socket_:
            assert socket_.alive()
            never_opened = Page(server.url)
            server.wait_for(lambda: not is_there(left), why="the idle kernel to be ended")
            server.wait_for(lambda: not is_there(never_opened), why="the kernel of a page that never came")
            server.wait_for(lambda: kernels(server) == {"ready": 2, "running": 3}, why="a full pool and a visitor")
            assert socket_.alive()
        server.wait_for(settled(server), why="the last kernel to be ended")


def is_there(page: Page) -> bool:
    """Is the page's kernel still there?"""
    return ask(page.url, f"api/kernels/{page.kernel_id}").status == 200


# --- kernels that die


def test_a_ready_kernel_that_dies_is_replaced(server: Server) -> None:
    """Whoever comes next gets one that lives."""
    server.wait_for(lambda: kernels(server)["ready"] == 2, why="a full pool")
    before = set(kernel_processes(server))
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    server.wait_for(lambda: not before & set(kernel_processes(server)), why="the end of the dead")
    server.wait_for(
        lambda: kernels(server)["ready"] == 2 and len(kernel_processes(server)) == 2, why="new kernels"
    )
    with Page(server.url).socket() as socket_:
        assert socket_.alive()


def test_a_page_whose_kernel_dies_is_told(server: Server) -> None:
    """Status "dead", and no empty kernel in its place."""
    server.wait_for(lambda: kernels(server)["ready"] == 2, why="a full pool")
    page = Page(server.url)
    with page.socket() as socket_:
        assert socket_.alive()
        os.kill(pid_of(page), signal.SIGKILL)
        socket_.hear_any(lambda m: m["msg_type"] == "status" and m["content"]["execution_state"] == "dead")
    assert not is_there(page)


# --- beginning and ending


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_clean(tmp_path: Path, toy_model: Path, number: signal.Signals) -> None:
    """Ctrl-C or SIGTERM: one line was printed, exit status 0, no traceback, no kernel, no file left."""
    variables = {"MODEL_DIR": str(toy_model), "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    with start_server(tmp_path, variables) as server:
        server.wait_for(settled(server), why="a full pool")
        with Page(server.url).socket() as socket_:
            assert socket_.alive()
            processes = set(kernel_processes(server))
            assert len(processes) >= 2
            assert server.stop(number) == 0
        assert server.log() == f"movierec is at {server.url}. Ctrl-C ends it.\n"
        server_is_dead = [pid for pid in processes if Path(f"/proc/{pid}/cmdline").exists()]
        assert server_is_dead == []
        assert [path.name for path in (tmp_path / "tmp").iterdir() if "movierec" in path.name] == []


def test_it_ends_clean_while_its_kernels_are_still_starting(tmp_path: Path, toy_model: Path) -> None:
    """A Ctrl-C right after the start is as clean as any."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_POOL_SIZE": "4"}) as server:
        server.wait_for(lambda: len(kernel_processes(server)) >= 1, why="a kernel")
        assert server.stop(signal.SIGINT) == 0
        assert server.log() == f"movierec is at {server.url}. Ctrl-C ends it.\n"


def test_it_does_not_wait_for_tmdb_to_end(tmp_path: Path, toy_model: Path, tmdb: FakeTmdb) -> None:
    """With posters under way to a TMDB that hangs, the end still comes in a few seconds."""
    variables = {"MODEL_DIR": str(toy_model), "TMDB_TIMEOUT_S": "60"} | tmdb.environment()
    with start_server(tmp_path, variables) as server, ThreadPoolExecutor(10) as visitors:
        asked = tmdb.count("movie")
        tmdb.play("movie", "hang")
        try:
            for movie in MOVIES[:10]:
                visitors.submit(ask, server.url, f"movierec/posters/{movie.movie_id}")
            server.wait_for(lambda: tmdb.count("movie") >= asked + 8, why="TMDB to be asked")
            before = time.monotonic()
            assert server.stop(signal.SIGINT) == 0
            assert time.monotonic() - before < 8
        finally:
            tmdb.play("movie", "good")


def test_kernels_end_with_a_server_that_is_killed(tmp_path: Path, toy_model: Path) -> None:
    """Even kill -9 leaves no kernel behind for long."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model)}) as server:
        server.wait_for(settled(server), why="a full pool")
        processes = set(kernel_processes(server))
        server.stop(signal.SIGKILL)
        end = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in processes):
            assert time.monotonic() < end
            time.sleep(0.05)


def test_a_port_that_is_taken_is_passed_over_and_told(tmp_path: Path, toy_model: Path) -> None:
    """The next free port, and the line says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_PORT": str(port)}) as server:
            assert urllib.parse.urlsplit(server.url).port > port
            assert f"(port {port} is taken)" in server.log()
            with Page(server.url).socket() as socket_:
                assert socket_.alive()


@pytest.mark.parametrize(("arguments", "opened"), [((), True), (("--no-browser",), False)])
def test_a_browser_is_opened_unless_told_not_to(
    tmp_path: Path, toy_model: Path, arguments: tuple[str, ...], opened: bool
) -> None:
    """The operator's own browser gets the address that was printed."""
    told = tmp_path / "told"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {told}.new && mv {told}.new {told}\n')
    browser.chmod(0o755)
    variables = {"MODEL_DIR": str(toy_model), "BROWSER": f"{browser} %s", "MOVIEREC_POOL_SIZE": "0"}
    with start_server(tmp_path, variables, arguments=arguments) as server:
        if opened:
            server.wait_for(told.exists, why="the browser")
            assert told.read_text() == server.url + "\n"
    assert told.exists() == opened


def fails(home: Path, variables: dict[str, str]) -> str:
    """Start a server that cannot start; return what it says."""
    with pytest.raises(AssertionError, match="ended with 1") as caught, start_server(home, variables):
        pass
    text = str(caught.value).split("It wrote:\n")[1]
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MOVIEREC_HOST": "no.such.host.invalid"}, "MOVIEREC_HOST"),
        ({"MOVIEREC_HOST": "192.0.2.1"}, "MOVIEREC_HOST"),
        ({"MOVIEREC_PORT": "eighty"}, "MOVIEREC_PORT"),
        ({"MODEL_DIR": "/nowhere"}, "movierec build"),
        ({"DB_HOST": "127.0.0.1", "DB_PORT": "1", "DB_USER": "x", "DB_PASSWORD": "hunter2"}, "127.0.0.1"),
        ({"DB_SQLITE_FILE": "/dev/null/all.sqlite3"}, "/dev/null"),
    ],
)
def test_what_keeps_it_from_starting_is_told_with_the_fix(
    tmp_path: Path, toy_model: Path, variables: dict[str, str], words: str
) -> None:
    """A wrong address, no model, no database: one message that names it, exit status 1."""
    text = fails(tmp_path, {"MODEL_DIR": str(toy_model)} | variables)
    assert words in text
    assert "→" in text
    assert "hunter2" not in text


def test_a_damaged_model_is_not_served(tmp_path: Path) -> None:
    """One byte flipped: refused before the first kernel, the file named."""
    model = write_toy_model(tmp_path / "model")
    scores = bytearray((model / "similar_scores.npy").read_bytes())
    scores[-1] ^= 1
    (model / "similar_scores.npy").write_bytes(scores)
    assert "similar_scores.npy" in fails(tmp_path, {"MODEL_DIR": str(model)})


def test_without_a_pool_every_visit_starts_its_kernel(tmp_path: Path, toy_model: Path) -> None:
    """MOVIEREC_POOL_SIZE=0: slower, and the same."""
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "MOVIEREC_POOL_SIZE": "0"}) as server:
        assert kernels(server) == {"ready": 0, "running": 0}
        page = Page(server.url)
        assert "<title>movierec</title>" in page.answer.text
        for variables in kernel_processes(server).values():
            assert variables["MODEL_DIR"] == str(toy_model)
        with page.socket() as socket_:
            assert socket_.alive()
        assert beacon(page).status == 204
        server.wait_for(settled(server, ready=0), why="no kernel")


# --- while it runs


def test_a_model_that_is_swapped_in_is_noticed(tmp_path: Path, tmdb: FakeTmdb) -> None:
    """Films of a model that was built meanwhile have posters; a broken one leaves the last in use."""
    model = write_toy_model(tmp_path / "model")
    with start_server(tmp_path, {"MODEL_DIR": str(model)} | tmdb.environment()) as server:
        assert ask(server.url, f"movierec/posters/{UP}").status == 200
        other = [movie for movie in MOVIES if movie.movie_id in (HEAT, WALL_E)]
        write(model, other, [[1], [0]], [[0.5], [0.5]], about={"name": "two"})
        server.wait_for(lambda: ask(server.url, f"movierec/posters/{UP}").status == 404, why="the new model")
        assert ask(server.url, f"movierec/posters/{HEAT}").status == 200
        server.wait_for(lambda: ask(server.url, HEALTH).json()["films"] == 2, why="the new model")
        (model / "manifest.json").write_text("{")
        server.wait_for(lambda: ask(server.url, HEALTH).status == 503, why="bad health")
        assert ask(server.url, f"movierec/posters/{HEAT}").status == 200
        write(model, MOVIES, *tables(), about={"name": "toy"})
        server.wait_for(lambda: ask(server.url, HEALTH).json()["films"] == len(MOVIES), why="a good model again")


def test_health_is_bad_while_the_database_is(tmp_path: Path, toy_model: Path) -> None:
    """The database gone: 503, nothing secret in it; back: 200."""
    file = tmp_path / "accounts.sqlite3"
    with start_server(tmp_path, {"MODEL_DIR": str(toy_model), "DB_SQLITE_FILE": str(file)}) as server:
        assert ask(server.url, HEALTH).status == 200
        good = file.read_bytes()
        for more in tmp_path.glob("accounts.sqlite3-*"):
            more.unlink()
        file.write_bytes(b"not a database at all, but as long as the head of one would be" * 40)
        server.wait_for(lambda: ask(server.url, HEALTH).status == 503, why="bad health")
        answer = ask(server.url, HEALTH)
        assert answer.json()["status"] == "unavailable"
        assert "sqlite" not in answer.text
        file.write_bytes(good)
        server.wait_for(lambda: ask(server.url, HEALTH).status == 200, why="good health")
