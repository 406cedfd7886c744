"""What a visitor thinks of films, as messages: what is kept, what is shown, what goes wrong."""

from __future__ import annotations

from typing import Any

import pytest

from movierec.errors import ArtifactMismatch, StorageError
from movierec.library import Library, Preferences
from tests.toy import ALIEN, DARK_KNIGHT, HEAT, MOVIES, TOY_STORY, TOY_STORY_2, UP, WALL_E
from tests.ui.conftest import PASSWORD, Visit


def rate(visit: Visit, movie_id: int, value: int) -> Any:
    (answer,) = visit.wire.say("PosterGrid", "rate", movie_id=movie_id, value=value)
    return answer


def grid(visit: Visit) -> Any:
    return visit.wire.state("PosterGrid")


def for_you(visit: Visit) -> list[int]:
    return [film["movie_id"] for film in grid(visit)["for_you"]["films"]]


def user_id_of(visit: Visit) -> int:
    return visit.app.accounts.proofs.authenticate("ann_1", PASSWORD).user.user_id


def kept(visit: Visit) -> dict[int, int]:
    return visit.app.library.ratings(user_id_of(visit))


def come_again(visit: Visit) -> None:
    visit.wire.say("Header", "log_out")
    visit.log_in()


class Room:
    """A room of the app of which one method fails."""

    def __init__(self, real: Any, name: str, error: Exception) -> None:
        self._real, self._name, self._error = real, name, error

    def __getattr__(self, name: str) -> Any:
        if name == self._name:
            raise self._error
        return getattr(self._real, name)


def test_who_has_said_nothing_has_no_list(inside: Visit) -> None:
    """And no button that leads to one."""
    assert (grid(inside)["for_you"], grid(inside)["ratings"]) == (None, {})
    assert inside.wire.state("Header")["for_you"] is False


def test_the_first_like_begins_the_list(inside: Visit) -> None:
    """It is kept, the card shows it, and films for the visitor come with the reason: the like."""
    assert rate(inside, TOY_STORY, 1) == {
        "kind": "rated", "movie_id": TOY_STORY, "value": 1, "before": 0,
        "text": "Liked Toy Story. For you is updated.",
    }  # fmt: skip
    assert kept(inside) == {TOY_STORY: 1}
    assert grid(inside)["ratings"] == {str(TOY_STORY): 1}
    assert inside.wire.state("Header")["for_you"] is True
    assert len(for_you(inside)) == 10
    assert for_you(inside)[0] == TOY_STORY_2, "the film most like the one that is liked"
    assert TOY_STORY not in for_you(inside)
    assert grid(inside)["for_you"]["films"][0]["why"][0] == [["because you liked ", False], ["Toy Story", True]]


def test_a_like_draws_nothing_but_the_list(inside: Visit) -> None:
    """One message for the films' widget, without its view, and the answer; the button in the bar comes once."""
    for movie_id, others in ((TOY_STORY, ["Header"]), (HEAT, [])):
        before = len(inside.wire.log)
        rate(inside, movie_id, 1)
        sent = [(inside.wire.name(entry["id"]), entry["data"]) for entry in inside.wire.log[before:]]
        assert [name for name, _ in sent] == ["PosterGrid", *others, "PosterGrid"]
        assert set(sent[0][1]["state"]) == {"for_you", "ratings"}


def test_a_pick_is_one_message_for_those_who_like_films_too(inside: Visit) -> None:
    """With what is thought of the films in it; the list for the visitor does not travel again."""
    rate(inside, TOY_STORY, 1)
    before = len(inside.wire.log)
    inside.pick(HEAT)
    (entry,) = inside.wire.log[before:]
    assert set(entry["data"]["state"]) <= {"view", "ratings"}


def test_ratings_are_shown_wherever_a_film_is(inside: Visit) -> None:
    """As a card, as the film picked, in a mix."""
    rate(inside, HEAT, -1)
    rate(inside, TOY_STORY, 1)
    inside.pick(TOY_STORY)
    assert grid(inside)["ratings"] == {str(TOY_STORY): 1}, "the film picked"
    inside.pick(TOY_STORY_2)
    assert grid(inside)["ratings"][str(TOY_STORY)] == 1, "a card"
    inside.pick(HEAT)
    inside.wire.say("SearchBox", "mix", movie_id=UP)
    assert grid(inside)["ratings"][str(HEAT)] == -1


def test_what_is_pressed_again_is_taken_back(inside: Visit) -> None:
    """Nothing is kept, and the list is gone with its only reason."""
    rate(inside, TOY_STORY, 1)
    answer = rate(inside, TOY_STORY, 0)
    assert (answer["before"], answer["text"]) == (1, "Toy Story is no longer liked.")
    assert kept(inside) == {}
    assert (grid(inside)["for_you"], grid(inside)["ratings"]) == (None, {})
    assert inside.wire.state("Header")["for_you"] is False


def test_a_film_that_is_not_for_them_stays_and_is_left_out_of_later_lists(inside: Visit) -> None:
    """What they look at does not change; the next list has ten others, as long as there are that many."""
    inside.pick(TOY_STORY)
    shown = inside.view
    answer = rate(inside, TOY_STORY_2, -1)
    assert answer["text"] == "Toy Story 2 is not for you. We leave it out from now on."
    assert inside.view == shown
    assert grid(inside)["ratings"] == {str(TOY_STORY_2): -1}
    inside.pick(TOY_STORY)
    movie_ids = [film["movie_id"] for film in inside.view["films"]]
    assert movie_ids[:2] == [UP, WALL_E], "those that came after it"
    assert len(movie_ids) == 10
    assert inside.view["say"] == "Ten films like Toy Story"
    inside.wire.say("Header", "home")
    rate(inside, DARK_KNIGHT, -1)
    inside.wire.say("Header", "home")
    assert [film["movie_id"] for film in inside.view["films"]][:2] == [WALL_E, UP]
    assert len(inside.view["films"]) == 10


def test_a_list_is_only_short_when_nothing_else_is_there(inside: Visit) -> None:
    """Five of fourteen are out: the other nine are shown."""
    away = [movie.movie_id for movie in MOVIES if movie.movie_id != TOY_STORY][:5]
    for movie_id in away:
        rate(inside, movie_id, -1)
    inside.pick(TOY_STORY)
    shown = {film["movie_id"] for film in inside.view["films"]}
    assert shown == {movie.movie_id for movie in MOVIES} - {TOY_STORY, *away}


def test_who_only_says_what_is_not_for_them_has_no_list(inside: Visit) -> None:
    """And no button that leads to one; neither has who likes nothing any more."""
    rate(inside, HEAT, -1)
    assert grid(inside)["for_you"] is None
    assert inside.wire.state("Header")["for_you"] is False
    rate(inside, UP, 1)
    assert len(for_you(inside)) == 10
    rate(inside, UP, 0)
    assert grid(inside)["for_you"] is None


def test_who_has_rated_everything_is_told_so(inside: Visit) -> None:
    """There is nothing left to recommend."""
    for movie in MOVIES:
        rate(inside, movie.movie_id, 1)
    inside.wire.say("Header", "home")
    assert grid(inside)["for_you"]["films"] == []
    assert "rated every film" in grid(inside)["for_you"]["empty"]
    assert inside.view["heading"] == "Start with one of these"


def test_ratings_last_from_visit_to_visit_and_are_the_visitors_own(inside: Visit) -> None:
    """The beginning has the list above the films to start with; somebody else has none."""
    rate(inside, TOY_STORY, 1)
    come_again(inside)
    assert len(for_you(inside)) == 10
    assert inside.view["heading"] == "Or start with one of these"
    assert inside.wire.state("Header")["for_you"] is True
    inside.wire.say("Header", "log_out")
    inside.sign_up("bob_1")
    inside.log_in("bob_1")
    assert (grid(inside)["for_you"], grid(inside)["ratings"]) == (None, {})


def test_another_page_of_the_same_visitor_is_seen_at_the_beginning(inside: Visit) -> None:
    """What both said is one; nothing that was changed elsewhere is in the way."""
    inside.app.library.rate(user_id_of(inside), HEAT, 1)
    answer = rate(inside, HEAT, 1)
    assert answer["before"] == 1
    inside.app.library.rate(user_id_of(inside), UP, -1)
    inside.wire.say("Header", "home")
    assert grid(inside)["ratings"] == {str(HEAT): 1}, "Up is left out"
    assert UP not in for_you(inside)


def test_films_of_another_model_are_left_alone(inside: Visit) -> None:
    """They are neither shown nor lost, and no list begins with them."""
    inside.app.library.rate(user_id_of(inside), 4_000_000_000, 1)
    come_again(inside)
    assert grid(inside)["for_you"] is None
    assert inside.wire.state("Header")["for_you"] is False
    rate(inside, HEAT, 1)
    assert kept(inside) == {4_000_000_000: 1, HEAT: 1}


def test_a_favourite_film_that_is_not_for_them_any_more_is_not_offered(inside: Visit) -> None:
    """The newer word counts."""
    inside.app.library.save_preferences(user_id_of(inside), Preferences("", "Alien (1979)"))
    rate(inside, ALIEN, -1)
    inside.wire.say("Header", "home")
    assert ALIEN not in {film["movie_id"] for film in inside.view["films"]}


# ---------------------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("value", [2, -2, 2**40])
def test_another_rating_is_refused(inside: Visit, value: int) -> None:
    """Nothing is kept."""
    assert rate(inside, HEAT, value)["kind"] == "failed"
    assert kept(inside) == {}


@pytest.mark.parametrize("movie_id", [0, -999, 2**53])
def test_an_unknown_film_is_told(inside: Visit, movie_id: int) -> None:
    """And nothing is kept of it."""
    assert rate(inside, movie_id, 1) == {"kind": "failed", "text": "We do not know that film."}
    assert kept(inside) == {}


def test_a_rating_that_cannot_be_kept_changes_nothing(inside: Visit) -> None:
    """One sentence, and the state that the page has is still true."""
    before = grid(inside).copy()
    inside.swap(library=Room(inside.app.library, "rate", StorageError("the disk is full")))
    answer = rate(inside, HEAT, 1)
    assert answer == {"kind": "failed", "text": StorageError.public}
    assert grid(inside) == before
    inside.swap()
    assert rate(inside, HEAT, 1)["before"] == 0


def test_a_list_that_cannot_be_made_leaves_the_rating_kept(inside: Visit) -> None:
    """The list stays as it was, the card is right."""
    rate(inside, TOY_STORY, 1)
    list_before = for_you(inside)
    inside.swap(recommender=Room(inside.app.recommender, "for_you", ArtifactMismatch("damaged")))
    assert rate(inside, HEAT, 1)["kind"] == "rated"
    assert for_you(inside) == list_before
    assert grid(inside)["ratings"][str(HEAT)] == 1


def test_a_defect_in_the_list_leaves_the_card_right(inside: Visit) -> None:
    """What is kept is shown, whatever is raised; the visitor is told that something went wrong."""
    inside.swap(recommender=Room(inside.app.recommender, "for_you", ZeroDivisionError()))
    assert rate(inside, HEAT, 1)["kind"] == "failed"
    assert grid(inside)["ratings"] == {str(HEAT): 1}
    assert kept(inside) == {HEAT: 1}


def test_ratings_that_cannot_be_read_keep_nobody_out(visit: Visit, caplog: pytest.LogCaptureFixture) -> None:
    """The films are worth seeing without; the visitor is told, the log says why, and the next login is as ever."""
    visit.sign_up()
    real = visit.app.library
    visit.swap(library=Room(real, "ratings", StorageError("gone")))
    visit.log_in()
    assert visit.shown[0] == "Header"
    assert grid(visit)["for_you"] is None
    assert visit.wire.state("Notice")["note"] == "Your likes cannot be read just now."
    assert "ratings left out: gone" in caplog.text
    visit.wire.say("Header", "log_out")
    visit.swap(library=real)
    visit.log_in()
    assert visit.wire.state("Notice")["note"] == ""


def test_a_rating_can_be_taken_back_while_the_profile_is_open(inside: Visit) -> None:
    """The note with "Undo" outlives the page that it was said on; the profile stays open."""
    rate(inside, HEAT, 1)
    inside.wire.say("Header", "profile")
    rate(inside, HEAT, 0)
    assert "Profile" in inside.shown
    assert grid(inside)["hidden"] is True


@pytest.mark.parametrize("like", [TOY_STORY, HEAT])
def test_what_was_said_on_another_page_counts_from_the_next_pick(inside: Visit, like: int) -> None:
    """A film that is not for them stays away, another is liked, and "For you" is there."""
    inside.pick(TOY_STORY)
    away = inside.view["films"][0]["movie_id"]
    inside.app.library.rate(user_id_of(inside), away, -1)
    inside.app.library.rate(user_id_of(inside), like, 1)
    inside.pick(TOY_STORY)
    assert away not in [film["movie_id"] for film in inside.view["films"]]
    assert away not in for_you(inside)
    assert len(for_you(inside)) == 10
    assert inside.wire.state("Header")["for_you"] is True
    if like == TOY_STORY:
        assert grid(inside)["ratings"] == {str(TOY_STORY): 1}


def test_films_do_not_wait_for_what_was_said_on_another_page(
    inside: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are on the page by the time that it is looked for."""
    shown = []
    real = inside.app.library.ratings

    def ratings(_library: Library, user_id: int) -> dict[int, int]:
        shown.append(inside.view["heading"])
        return real(user_id)

    monkeypatch.setattr(Library, "ratings", ratings)
    inside.pick(TOY_STORY)
    assert shown == ["Films like Toy Story"]


def test_a_pick_draws_for_you_anew_only_when_something_was_said_elsewhere(inside: Visit) -> None:
    """Else the list stays as it is, and is not sent."""
    rate(inside, HEAT, 1)
    for movie_id in (TOY_STORY, ALIEN):
        before = len(inside.wire.log)
        inside.pick(movie_id)
        states = [entry["data"].get("state", {}) for entry in inside.wire.log[before:]]
        assert any("view" in state for state in states)
        assert not any("for_you" in state for state in states)
