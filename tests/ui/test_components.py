"""The parts of the page: what a browser can tell them, and what it cannot."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from movierec.errors import InvalidArgument
from movierec.ui import components
from movierec.ui.components import Account, Component, Door, Footer, PosterGrid, SearchBox, Stack
from tests.ui.wire import Wire, open_component

FOLDER = Path(components.__file__).parent
ALL = [cls for cls in vars(components).values() if isinstance(cls, type) and issubclass(cls, Component)]
ALL = [cls for cls in ALL if cls is not Component]
LOG_IN = {"kind": "log_in", "username": "ann", "password": "x", "keep": False}


def ids(cls: type) -> str:
    return cls.__name__


@pytest.mark.parametrize("cls", ALL, ids=ids)
def test_a_component_is_a_class_a_script_and_a_style_of_one_name(cls: type[Component]) -> None:
    """Somebody who sees a part of the page finds its three files."""
    stem = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
    for ending in (".py", ".js", ".css"):
        assert (FOLDER / f"{stem}{ending}").is_file()


@pytest.mark.parametrize("script", sorted(FOLDER.glob("*.js")), ids=lambda path: path.name)
def test_scripts_need_nothing_from_elsewhere_and_make_no_markup_of_texts(script: Path) -> None:
    """Any front end with anywidget's model API can run them, and no title can become an element."""
    text = script.read_text("utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "import ", "require(",
                 "localStorage", "sessionStorage", "http:", "https:", "jp-"):  # fmt: skip
        assert word not in text.replace("http://www.w3.org/2000/svg", "")
    assert ("fetch(" in text) == (script.name == "ask.js"), "one way to our own server, for passwords alone"


@pytest.mark.parametrize("style", sorted(FOLDER.glob("*.css")), ids=lambda path: path.name)
def test_styles_touch_nothing_but_our_own_parts(style: Path) -> None:
    """In JupyterLab, what is around us keeps its look; and nothing is loaded from anywhere."""
    text = re.sub(r"/\*.*?\*/", "", style.read_text("utf-8"), flags=re.DOTALL)
    assert "url(" not in text
    assert "@import" not in text
    text = re.sub(r"@keyframes (mr-[\w-]+) \{(\s*\w+ \{[^}]*\})+\s*\}", "", text)
    for selectors in re.findall(r"([^{}]+)\{", text):
        if not selectors.strip().startswith("@"):
            for selector in re.split(r",(?![^(]*\))", selectors):
                assert selector.strip().startswith((".movierec", "body[data-voila]"))


def test_a_browser_cannot_write_state(wire: Wire) -> None:
    """An update of any trait, ours or the front end's own, changes nothing and is answered by nothing."""
    door = Door(films=[], password_min_length=6)
    sent = len(wire.log)
    for name, value in {"note": "x", "films": [1], "_esm": "alert(1)", "_dom_classes": ["x"], "user": 1}.items():
        wire.raw(open_component(door), {"method": "update", "state": {name: value}, "buffer_paths": []})
    assert (door.note, door.films, door._dom_classes) == ("", [], ())
    assert not hasattr(door, "user")
    assert len(wire.log) == sent


def test_a_browser_cannot_rearrange_the_page(wire: Wire) -> None:
    """The column that holds the parts is as deaf as they are."""
    page = Stack(children=(Footer(),))
    sent = len(wire.log)
    wire.raw(page.comm.comm_id, {"method": "update", "state": {"children": []}, "buffer_paths": []})
    wire.raw(page.comm.comm_id, {"method": "update", "state": {"children": ["IPY_MODEL_x", 3]}})
    wire.raw(page.comm.comm_id, {"method": "custom", "content": {"kind": "log_out"}})
    assert len(page.children) == 1
    assert len(wire.log) == sent


def test_state_is_told_to_who_asks(wire: Wire) -> None:
    """A page that is loaded again can read what it has to show."""
    grid = PosterGrid(posters_url="/posters/")
    sent = len(wire.log)
    wire.raw(open_component(grid), {"method": "request_state"})
    assert wire.log[sent]["data"]["state"]["posters_url"] == "/posters/"


@pytest.mark.parametrize(
    "data",
    [
        None, 7, "text", [], {}, {"method": None}, {"method": ["custom"]}, {"method": "run"}, {"method": "custom"},
        {"method": "update"}, {"method": "update", "state": 5}, {"method": "echo_update", "state": {}},
    ],
    ids=repr,
)  # fmt: skip
def test_a_message_of_no_form_is_no_accident(wire: Wire, data: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever comes over the socket, nothing is raised: ipykernel would log it as an error."""
    wire.raw(open_component(SearchBox(lambda *_: None)), data)
    assert not caplog.records


@pytest.mark.parametrize(
    "content",
    [
        None, 1, "log_in", [], ["kind", "log_in"], {}, {"kind": None}, {"kind": ["log_in"]}, {"kind": {"a": 1}},
        {"kind": "sign_in"}, {"kind": "__init__"}, {"kind": "log_out"}, {"kind": "log_in"},
        LOG_IN | {"password": None}, LOG_IN | {"password": 5}, LOG_IN | {"password": ["x"]}, LOG_IN | {"id": 1},
        LOG_IN | {"self": "x"}, LOG_IN | {"password": "\ud800"}, LOG_IN | {"password": "x" * 20_001},
        LOG_IN | {"username": "x" * 50_000_000}, LOG_IN | {"keep": 1}, LOG_IN | {"keep": "false"},
    ],
    ids=lambda content: repr(content)[:60],
)  # fmt: skip
def test_only_messages_that_are_declared_are_read(content: object) -> None:
    """Unknown kinds, missing, surplus and wrong fields, broken and huge texts are refused."""
    with pytest.raises(InvalidArgument) as refused:
        Door(films=[]).read(content)
    assert len(str(refused.value)) < 100, "the log must not grow with what a stranger sends"


@pytest.mark.parametrize("movie_id", [True, 1.0, "1", None, 2**53 + 1, -(2**60)])
def test_a_number_is_a_whole_number_that_browsers_count(movie_id: object) -> None:
    """True is not film 1."""
    with pytest.raises(InvalidArgument):
        PosterGrid().read({"kind": "pick", "movie_id": movie_id})


def test_a_declared_message_is_read_as_it_is() -> None:
    """Passwords above all: verified exactly as received."""
    password = " 'päß\tword\n" + "x" * 1025
    assert Door(films=[]).read(LOG_IN | {"password": password}) == (
        "log_in",
        {"username": "ann", "password": password, "keep": False},
    )
    assert PosterGrid().read({"kind": "pick", "movie_id": -7}) == ("pick", {"movie_id": -7})
    assert PosterGrid().read({"kind": "back"}) == ("back", {})


def test_a_closed_component_hears_nothing(wire: Wire) -> None:
    """Not even from code that still holds it."""
    heard = []
    box = SearchBox(lambda _, content: heard.append(content))
    comm_id = open_component(box)
    wire.send("SearchBox", {"kind": "pick", "movie_id": 1})
    box.close()
    wire.raw(comm_id, {"method": "custom", "content": {"kind": "pick", "movie_id": 2}})
    box._receive({"kind": "pick", "movie_id": 3})
    assert heard == [{"kind": "pick", "movie_id": 1}]


def test_a_message_that_comes_twice_is_done_once_and_answered_twice(wire: Wire) -> None:
    """A page that has lost its line sends again what it has heard no answer to."""
    done = []

    def act(sender: Component, content: object) -> None:
        done.append(content)
        sender.reply("options", seq=1, options=[])

    box = SearchBox(act)
    message = {"kind": "search", "seq": 1, "text": "toy"}
    for msg_id in ("a", "a", "b"):
        box._handle_msg(
            {"header": {"msg_id": msg_id}, "content": {"data": {"method": "custom", "content": message}}}
        )
    assert done == [message, message]
    assert [content["kind"] for _, content in wire.heard] == ["options"] * 3


def test_no_component_brings_a_widget_of_its_own(wire: Wire) -> None:
    """A Layout or Style beside each would be left behind by close(), and open to the browser."""
    made = [cls() for cls in ALL]
    assert len(wire.states) == len(made)


def test_no_component_has_a_place_for_a_password() -> None:
    """A trait is readable for as long as the widget lives; a message is gone."""
    for cls in ALL:
        traits = {name for name in cls.class_trait_names(sync=True) if "password" in name}
        assert traits <= ({"password_min_length"} if cls in (Door, Account) else set())
