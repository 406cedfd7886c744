"""The way to the kernel breaks, and comes back: nothing is lost, nothing comes twice, and the visitor is told."""

from __future__ import annotations

import threading

import pytest
from ipywidgets import VBox
from playwright.sync_api import expect

from tests.runtime.conftest import Tab
from tests.runtime.kernel import Kernel
from tests.runtime.web import Web
from tests.runtime.widgets import Counter, Probe

LOST = "Connection lost. Trying again…"
GONE = "This page has to be loaded again."


def say(tab: Tab, *words: str) -> None:
    """Send the kernel messages, as a widget does."""
    tab.page.evaluate("words => words.forEach((word) => probe.model.send(word))", list(words))


@pytest.fixture
def probe(tab: Tab) -> Probe:
    """A widget on a page that is connected, and whose clock stands still."""
    probe = Probe(value=1)
    tab.show(probe)
    tab.stop_clock()
    return probe


def acknowledged(tab: Tab, probe: Probe, *words: str) -> None:
    """Send messages, and wait until the page has heard that they arrived."""
    say(tab, *words)
    tab.until(lambda: tab.kernel.of("custom")[-1:] == [words[-1]])
    probe.other = words[-1]  # comes after the status
    tab.comes(f"probe.model.get('other') === '{words[-1]}'")


# ------------------------------------------------------------------ before there is a connection


def test_what_is_done_before_the_socket_opens_arrives_in_order(tab: Tab, web: Web, kernel: Kernel) -> None:
    """The page is drawn without it; ten messages wait, and come as they were sent."""
    gate = threading.Event()
    web.on_socket = gate.wait
    tab.show(Probe(), connected=False)
    say(tab, *"abcdefghij")
    assert kernel.had == []
    gate.set()
    tab.settled()
    assert kernel.of("custom") == list("abcdefghij")
    assert kernel.repeated == []


def test_what_changed_since_the_page_was_made_is_learned(tab: Tab, web: Web, kernel: Kernel) -> None:
    """The kernel goes on between the page's making and its connection."""
    gate = threading.Event()
    web.on_socket = gate.wait
    counter = Counter(name="a")
    tab.show(counter, connected=False)
    kernel.mute = True
    counter.value = 6
    kernel.mute = False
    gate.set()
    expect(tab.role("button", "a 6")).to_be_visible()


# ------------------------------------------------------------------ nothing lost, nothing twice


def test_a_short_gap_is_not_mentioned(tab: Tab, probe: Probe, web: Web) -> None:
    """Reconnected with the same session after 0.3 s at most, without a word."""
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    tab.passes(0.4)
    tab.settled(2)
    assert len(set(web.sessions)) == 1
    assert len(web.sessions[0]) == 32
    expect(tab.role("status")).to_have_text("")


def test_what_was_acknowledged_does_not_go_again(tab: Tab, probe: Probe, web: Web, kernel: Kernel) -> None:
    acknowledged(tab, probe, "a", "b")
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    say(tab, "c")
    tab.passes(1)
    tab.settled(2)
    assert kernel.of("custom") == ["a", "b", "c"]
    assert kernel.repeated == []


def test_what_did_not_arrive_goes_again_before_what_is_newer(
    tab: Tab, probe: Probe, web: Web, kernel: Kernel
) -> None:
    kernel.deaf = True
    say(tab, "a", "b")
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    kernel.deaf = False
    say(tab, "c")
    tab.passes(1)
    tab.settled(2)
    assert kernel.of("custom") == ["a", "b", "c"]
    assert kernel.repeated == []


def test_what_arrived_unheard_goes_again_by_its_old_name(tab: Tab, probe: Probe, web: Web, kernel: Kernel) -> None:
    """Nobody can know that it did arrive, but the kernel, by its id."""
    kernel.mute = True
    say(tab, "a")
    tab.until(lambda: kernel.of("custom") == ["a"])
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    kernel.mute = False
    tab.passes(1)
    tab.settled(2)
    assert kernel.of("custom") == ["a"]
    assert kernel.repeated == [kernel.id_of("a")]


def test_what_was_acknowledged_while_the_page_was_away_does_not_go_again(
    tab: Tab, probe: Probe, web: Web, kernel: Kernel
) -> None:
    """The server replays what the kernel said meanwhile: acknowledgement, answer and update."""
    kernel.hold()
    say(tab, "a")
    tab.until(lambda: kernel.holds == 1)
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    kernel.release()
    probe.value = 8
    tab.passes(1)
    tab.settled(2)
    tab.comes("probe.model.get('value') === 8")
    assert kernel.of("custom") == ["a"]
    assert kernel.repeated == []


def test_the_page_waits_until_a_busy_kernel_is_done(tab: Tab, probe: Probe, web: Web, kernel: Kernel) -> None:
    """What is still in its queue has arrived: it must not be sent again, nor may what is newer overtake it."""
    kernel.hold()
    say(tab, "a")
    tab.until(lambda: kernel.holds == 1)
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    tab.passes(1)
    tab.until(lambda: kernel.holds == 2)  # the question
    say(tab, "b")
    kernel.release()
    tab.settled(2)
    assert kernel.of("custom") == ["a", "b"]
    assert kernel.repeated == []


def test_states_and_widgets_that_changed_unheard(tab: Tab, web: Web, kernel: Kernel) -> None:
    """On a half-open connection an update, a new child and a closed widget were lost."""
    a, b = Counter(name="a"), Counter(name="b")
    box = VBox([a, b])
    tab.show(box)
    kernel.mute = True
    a.value = 5
    b.close()
    box.children = (Counter(name="c"), a)
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    kernel.mute = False
    expect(tab.role("button")).to_have_text(["c 0", "a 5"])
    assert tab.page.evaluate("seen").count("a rendered") == 1


def test_a_message_that_ends_its_connection_is_given_up(tab: Tab, probe: Probe, web: Web, kernel: Kernel) -> None:
    """What is too long for the server would else go round for ever, and what is behind it with it."""
    tab.page.evaluate("probe.model.send('x'.repeat(1_200_000)); probe.model.send('after');")
    for _ in range(40):
        tab.passes(1)
        if kernel.of("custom"):
            break
    assert kernel.of("custom") == ["after"]
    assert len(web.sessions) <= 6


# ------------------------------------------------------------------ what the visitor sees


@pytest.mark.parametrize("seconds", [5, 60])
def test_away_in_the_middle_of_a_search(tab: Tab, probe: Probe, web: Web, kernel: Kernel, seconds: int) -> None:
    """A quiet banner after a second, "Reload" after twenty; what was typed meanwhile arrives when it is over."""
    acknowledged(tab, probe, "t")
    web.away = True
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    say(tab, "to")
    tab.passes(0.8)
    expect(tab.role("status")).to_have_text("")
    tab.passes(0.4)
    expect(tab.role("status")).to_have_text(LOST)
    tab.passes(seconds - 1.2)
    say(tab, "toy")
    expect(tab.role("status")).to_have_text(LOST)
    expect(tab.role("button", "Reload")).to_have_count(1 if seconds > 20 else 0)
    web.away = False
    tab.passes(11)
    tab.settled(2)
    expect(tab.role("status")).to_have_text("")
    expect(tab.role("button")).to_have_count(0)
    assert kernel.of("custom") == ["t", "to", "toy"]
    assert kernel.repeated == []


def test_tries_grow_rare(tab: Tab, probe: Probe, web: Web) -> None:
    """0.3, 0.6, 1.2, 2.4, 4.8, 9.6 s and then 10 s apart, or up to 30 % less."""
    web.away = True
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    web.asked.clear()
    tab.passes(60)
    tries = sum("channels" in path for path in web.asked)
    assert 9 <= tries <= 13  # 6 in the first 18.9 s (or 13.2), then one in 10 s (or 7)


@pytest.mark.parametrize("event", ["online", "visible"])
def test_at_a_good_moment_it_tries_at_once(tab: Tab, probe: Probe, web: Web, event: str) -> None:
    web.away = True
    web.drop()
    tab.passes(30)
    web.away = False
    target, name = ("window", "online") if event == "online" else ("document", "visibilitychange")

    def connected() -> bool:
        tab.page.evaluate(f"{target}.dispatchEvent(new Event('{name}'))")  # a try may have been under way
        return len(web.sessions) == 2

    tab.until(connected)
    tab.settled(2)
    expect(tab.role("status")).to_have_text("")


# ------------------------------------------------------------------ a connection that only seems to be one


def test_a_half_open_connection_is_found_out(tab: Tab, probe: Probe, web: Web, kernel: Kernel) -> None:
    """Nothing is heard for 20 s, nobody answers for 8 s more: a new connection."""
    kernel.deaf = kernel.mute = True
    tab.passes(27)
    assert len(web.sessions) == 1
    kernel.deaf = kernel.mute = False
    tab.passes(3)
    tab.settled(2)


def test_silence_is_broken_by_one_question(tab: Tab, probe: Probe, web: Web, kernel: Kernel) -> None:
    """The kernel answers; nothing else happens."""
    tab.passes(21)
    tab.until(lambda: kernel.asked("kernel_info_request") == 1)
    tab.passes(10)
    assert (len(web.sessions), kernel.asked("kernel_info_request")) == (1, 1)


def test_a_page_that_nobody_sees_asks_nothing(tab: Tab, probe: Probe, web: Web, kernel: Kernel) -> None:
    """Until it is seen again; then at once."""
    hide = "hidden => Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })"
    tab.page.evaluate(hide, True)
    tab.passes(60)
    assert kernel.asked("kernel_info_request") == 0
    tab.page.evaluate(hide, False)
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    tab.until(lambda: kernel.asked("kernel_info_request") == 1)


def test_a_message_without_an_answer_is_question_enough(tab: Tab, probe: Probe, web: Web, kernel: Kernel) -> None:
    """A visitor who waits need not wait for the silence to be noticed: 8 s."""
    kernel.deaf = kernel.mute = True
    say(tab, "a")
    tab.passes(7)
    assert len(web.sessions) == 1
    kernel.deaf = kernel.mute = False
    tab.passes(2)
    tab.settled(2)
    assert kernel.of("custom") == ["a"]


# ------------------------------------------------------------------ the kernel is gone


def gone(tab: Tab) -> None:
    """What must hold then: one alert, a way on, no more tries, and sending throws."""
    expect(tab.role("alert")).to_have_text(GONE)
    expect(tab.role("button", "Reload")).to_have_count(1)
    sockets = len(tab.web.sessions)
    tab.web.asked.clear()
    tab.passes(60)
    assert (len(tab.web.sessions), tab.web.asked) == (sockets, [])
    assert (
        tab.page.evaluate("() => { try { probe.model.send('x'); } catch (error) { return error.name; } }")
        == "Error"
    )
    expect(tab.role("alert")).to_have_text(GONE)
    tab.page.evaluate("window.old = true")
    tab.page.keyboard.press("Tab")
    expect(tab.role("button", "Reload")).to_be_focused()
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")
    assert tab.page.evaluate("window.old") is None


@pytest.mark.parametrize("state", ["dead", "restarting"])
def test_the_kernel_dies(tab: Tab, probe: Probe, kernel: Kernel, state: str) -> None:
    kernel.say("iopub", "status", {"execution_state": state})
    gone(tab)


def test_the_kernel_is_gone_after_a_gap(tab: Tab, probe: Probe, web: Web) -> None:
    """Culled meanwhile: the websocket is refused, and HTTP says 404."""
    web.missing = True
    web.drop()
    gone(tab)


def test_the_server_comes_back_without_the_kernel(tab: Tab, probe: Probe, web: Web) -> None:
    """A new process after a while of trying."""
    web.away = True
    web.drop()
    tab.passes(25)
    expect(tab.role("status")).to_have_text(LOST)
    web.away, web.missing = False, True
    tab.passes(11)
    gone(tab)


def test_the_kernel_was_started_anew(tab: Tab, probe: Probe, web: Web) -> None:
    """It answers, but knows nothing of what the page shows."""
    web.away = True
    web.drop()
    tab.until(lambda: web.open_sockets == 0)
    tab.kernel.mute = True
    probe.close()
    tab.kernel.mute = web.away = False
    tab.passes(2)
    gone(tab)
