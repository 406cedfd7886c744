"""Settings: where they come from, what is refused, what is never shown."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from movierec.errors import SettingsError
from movierec.settings import SETTINGS, Settings, load_settings
from tests.faults import in_child

SECRET = "s3cr3t-Wert"


def load(home: Path, **variables: str) -> Settings:
    """Load the settings of *home* with these variables and no others."""
    return load_settings({"MOVIEREC_HOME": str(home), **variables})


# ------------------------------------------------------------------------------- values


def test_nothing_set_is_a_whole_setup(tmp_path: Path) -> None:
    """An embedded database, the default model, this machine only, no keys."""
    settings = load(tmp_path)
    assert settings == Settings(
        home=tmp_path, tmdb_api_key="", db_host="", db_port=3306, db_user="", db_password="", db_name="movierec",
        db_url="", db_ssl_ca=None, db_sqlite_file=tmp_path / "movierec.sqlite3",
        model_dir=tmp_path / "models" / "default", password_min_length=6, argon2_memory_kib=19_456,
        argon2_passes=2, login_idle_h=12, login_max_h=72, login_kept_idle_d=14, login_kept_max_d=90,
        login_failures=5, login_failures_per_address=50, sign_ups_per_address=100, public_url="", proxies="",
        login_url="", poster_cache_dir=tmp_path / "var" / "posters", poster_cache_mb=200,
        tmdb_api_url="https://api.themoviedb.org/3", tmdb_image_url="https://image.tmdb.org/t/p", tmdb_proxy="",
        tmdb_timeout_s=6.0, host="127.0.0.1", port=8866, pool_size=2, away_s=90.0, fork="auto", data_dir=None,
        posters_url="", static_url="",
    )  # fmt: skip


def test_every_setting_is_a_field_and_every_field_a_setting() -> None:
    """The list of what can be set and what is read are one; home is named by MOVIEREC_HOME."""
    fields = [field.name for field in dataclasses.fields(Settings)]
    assert fields == ["home", *(setting.field for setting in SETTINGS)]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_says_what_it_is(setting) -> None:
    """One sentence, for .env.example and the documentation."""
    assert setting.help.endswith(".")
    assert len(setting.help) > 8


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("TMDB_API_KEY", " abc ", "abc"),
        ("DB_PORT", "1", 1),
        ("DB_PORT", "65535", 65_535),
        ("DB_PORT", "", 3306),
        ("DB_PORT", "  ", 3306),
        ("PASSWORD_MIN_LENGTH", "15", 15),
        ("POSTER_CACHE_MB", "1", 1),
        ("MOVIEREC_POOL_SIZE", "0", 0),
        ("TMDB_TIMEOUT_S", "0.5", 0.5),
        ("MOVIEREC_AWAY_S", "86400", 86_400.0),
        ("TMDB_API_URL", "http://127.0.0.1:8080/3/", "http://127.0.0.1:8080/3"),
        ("TMDB_API_URL", "", "https://api.themoviedb.org/3"),
        ("TMDB_PROXY", "http://proxy:3128", "http://proxy:3128"),
        ("DB_URL", "mysql://u:p@h:3306/n", "mysql://u:p@h:3306/n"),
        ("DB_URL", "sqlite:///x.sqlite3", "sqlite:///x.sqlite3"),
        ("MOVIEREC_HOST", "0.0.0.0", "0.0.0.0"),
        ("MOVIEREC_POSTERS_URL", "/movierec/posters/", "/movierec/posters/"),
        ("MOVIEREC_STATIC_URL", "/movierec/static/0/", "/movierec/static/0/"),
        ("MOVIEREC_FORK", "", "auto"),
        ("MOVIEREC_FORK", "No", "no"),
    ],
)
def test_values_are_read_as_what_they_are(tmp_path: Path, name: str, text: str, value: object) -> None:
    """Up to the edges; an empty text is the default."""
    assert getattr(load(tmp_path, **{name: text}), name.removeprefix("MOVIEREC_").lower()) == value


WRONG_INTEGERS = ("0", "-1", "1.5", "abc", "1e3", "0x10", "1_000", "١٢")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        *(("DB_PORT", text, "a whole number from 1 to 65535") for text in (*WRONG_INTEGERS, "65536")),
        *(("MOVIEREC_PORT", text, "a whole number from 1 to 65535") for text in (*WRONG_INTEGERS, "65536")),
        *(("PASSWORD_MIN_LENGTH", text, "a whole number from 1 to 64") for text in (*WRONG_INTEGERS, "65")),
        *(("POSTER_CACHE_MB", text, "a whole number from 1 to 100000") for text in (*WRONG_INTEGERS, "100001")),
        *(("MOVIEREC_POOL_SIZE", text, "a whole number from 0 to 64") for text in ("-1", "65", "two")),
        *((name, text, "a number of seconds above 0 and at most 86400")
          for name in ("TMDB_TIMEOUT_S", "MOVIEREC_AWAY_S")
          for text in ("0", "-1", "86401", "nan", "inf", "6s", "six")),
        *((name, text, "an address that begins with http:// or https://")
          for name in ("TMDB_API_URL", "TMDB_IMAGE_URL", "TMDB_PROXY")
          for text in ("api.themoviedb.org", "ftp://x", "http://", "//x", "http://[::1", "javascript:alert(1)")),
        *(("MOVIEREC_FORK", text, "one of auto, yes, no") for text in ("true", "1", "fork")),
        *(("DB_URL", text, "an address that begins with mysql://, mariadb:// or sqlite:///")
          for text in ("postgresql://x/y", "oracle://x", "host:3306", "mysql")),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_what_it_should_be(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    """The variable, and the rule; where to look is in the hint."""
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, **{name: text})
    assert str(caught.value).startswith(f"{name}: ")
    assert str(caught.value).endswith(f"is not {expected}")
    assert ".env.example" in caught.value.hint


@pytest.mark.parametrize("name", ["MODEL_DIR", "DB_SQLITE_FILE", "MOVIEREC_HOME"])
@pytest.mark.parametrize("path", ["~nobody-of-that-name/x", "a\0b"])
def test_a_path_that_is_none_is_named(tmp_path: Path, name: str, path: str) -> None:
    """A home folder of nobody, a character that no path can have."""
    with pytest.raises(SettingsError, match=f"^{name}: "):
        load(tmp_path, **{name: path})


def test_a_server_without_a_user_is_refused(tmp_path: Path) -> None:
    """Both variables are named; an address of its own needs neither."""
    with pytest.raises(SettingsError, match="DB_USER is empty, but DB_HOST is set"):
        load(tmp_path, DB_HOST="db")
    assert load(tmp_path, DB_HOST="db", DB_USER="app").db_user == "app"
    assert load(tmp_path, DB_HOST="db", DB_URL="sqlite:///x").db_user == ""


@pytest.mark.parametrize(
    "name", ["MODEL_DIR", "DB_SQLITE_FILE", "POSTER_CACHE_DIR", "DB_SSL_CA", "MOVIEREC_DATA_DIR"]
)
@pytest.mark.parametrize(
    ("text", "path"), [("a/b", "{home}/a/b"), ("./a/../b", "{home}/b"), ("/srv/x", "/srv/x"), ("~/x", "{user}/x")]
)
def test_relative_paths_start_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, path: str
) -> None:
    """Wherever the program was started from; absolute ones are as they are."""
    elsewhere, user = tmp_path / "elsewhere", tmp_path / "user"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("HOME", str(user))
    value = getattr(load(tmp_path, **{name: text}), name.removeprefix("MOVIEREC_").lower())
    assert value == Path(path.format(home=tmp_path, user=user))


# ------------------------------------------------------------------------------- secrets


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS if setting.secret] + ["TMDB_PROXY"])
def test_secrets_are_not_in_a_repr(tmp_path: Path, name: str) -> None:
    """Neither as themselves nor inside an address."""
    value = {"DB_URL": f"mysql://app:{SECRET}@db/x", "TMDB_PROXY": f"http://me:{SECRET}@proxy"}.get(name, SECRET)
    settings = load(tmp_path, **{name: value})
    assert SECRET in str(getattr(settings, name.lower()))
    assert SECRET not in repr(settings) + str(settings)


def test_a_wrong_secret_is_not_shown(tmp_path: Path) -> None:
    """The message says which variable and what it should be, not what it is."""
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, DB_URL=f"postgresql://app:{SECRET}@db/x")
    assert SECRET not in f"{caught.value!s} {caught.value!r} {caught.value.public} {caught.value.hint}"
    assert caught.value.__cause__ is None


def test_a_password_is_taken_literally(tmp_path: Path) -> None:
    """Nothing in it is replaced, from the file or from the environment."""
    (tmp_path / ".env").write_text("DB_PASSWORD='a${HOME}b#c\"d'\n")
    assert load(tmp_path).db_password == 'a${HOME}b#c"d'
    assert load(tmp_path, DB_PASSWORD="$x ${HOME} #y").db_password == "$x ${HOME} #y"


# ------------------------------------------------------------------------------- home and .env


@pytest.mark.parametrize("marker", [".env", ".env.example"])
def test_home_is_the_nearest_folder_upwards_with_an_env_file(tmp_path: Path, marker: str) -> None:
    """A kernel started in notebooks/ finds what the command line finds."""
    below = tmp_path / "home" / "notebooks" / "deep"
    below.mkdir(parents=True)
    (tmp_path / ".env").touch()
    content = (Path(__file__).parent.parent / ".env.example").read_text()
    (tmp_path / "home" / marker).write_text(content)
    # Another program's example is no marker.
    (tmp_path / "home" / "notebooks" / ".env.example").write_text("# PORT=80\n")
    assert load_settings({}, start=below).home == tmp_path / "home"
    assert load_settings({}, start=tmp_path / "home").home == tmp_path / "home"


def test_without_one_home_is_where_the_search_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory, unless told otherwise."""
    assert load_settings({}, start=tmp_path).home == tmp_path
    monkeypatch.chdir(tmp_path)
    assert load_settings({}).home == tmp_path


def test_a_folder_named_like_the_file_is_not_the_file(tmp_path: Path) -> None:
    """Some people call their virtual environment .env."""
    (tmp_path / ".env").touch()
    (tmp_path / "below" / ".env").mkdir(parents=True)
    assert load_settings({}, start=tmp_path / "below").home == tmp_path


def test_home_can_be_named_outright(tmp_path: Path) -> None:
    """It wins over what a search would find."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / ".env").touch()
    (tmp_path / "there").mkdir()
    assert (
        load_settings({"MOVIEREC_HOME": str(tmp_path / "there")}, start=tmp_path / "here").home
        == tmp_path / "there"
    )


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_home_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    """By the variable's name."""
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"MOVIEREC_HOME: .* is not a folder"):
        load_settings({"MOVIEREC_HOME": str(tmp_path / name)})


def test_the_environment_is_the_process_s_own_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Called without arguments, as the app does."""
    monkeypatch.setenv("MOVIEREC_HOME", str(tmp_path))
    monkeypatch.setenv("MOVIEREC_PORT", "9999")
    assert load_settings().port == 9999


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """Also when it says nothing: an empty variable is the default, not what the file has."""
    (tmp_path / ".env").write_text("MOVIEREC_PORT=1111\nTMDB_API_KEY=from-file\nDB_NAME=films\n")
    assert load(tmp_path).port == 1111
    settings = load(tmp_path, MOVIEREC_PORT="2222", TMDB_API_KEY="")
    assert (settings.port, settings.tmdb_api_key, settings.db_name) == (2222, "", "films")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"DB_NAME=films\n", "films"),
        (b"\xef\xbb\xbfDB_NAME=films\n", "films"),
        (b"export DB_NAME=films\r\n", "films"),
        (b'# comment\n\nDB_NAME="films"  # mine\n', "films"),
        ("DB_NAME=kinó\n".encode(), "kinó"),
        (b"DB_NAME\n", "movierec"),
        (b"DB_NAME=\n", "movierec"),
        (b"UNKNOWN=1\n", "movierec"),
        (b"", "movierec"),
    ],
)
def test_the_file_is_read_as_editors_write_it(tmp_path: Path, content: bytes, name: str) -> None:
    """With a byte order mark, carriage returns, quotes, comments, names without values."""
    (tmp_path / ".env").write_bytes(content)
    assert load(tmp_path).db_name == name


def test_a_wrong_value_in_the_file_is_named_too(tmp_path: Path) -> None:
    """By the same rule."""
    (tmp_path / ".env").write_text("DB_PORT=many\n")
    with pytest.raises(SettingsError, match="DB_PORT: 'many' is not a whole number"):
        load(tmp_path)


@pytest.mark.parametrize("content", ["DB_NAME=kinó\n".encode("latin-1"), "DB_NAME=kinó\n".encode("utf-16")])
def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    """Rather than read wrongly."""
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load(tmp_path)


def test_a_file_that_may_not_be_read_is_refused_by_name(open_folder: Path) -> None:
    """Silently going without it would serve with the wrong database."""
    (open_folder / ".env").write_text("DB_NAME=films\n")
    (open_folder / ".env").chmod(0)
    answer = in_child(lambda: load(open_folder).db_name, as_nobody=True)
    assert answer.startswith(f"SettingsError: {open_folder / '.env'} cannot be read")


# ------------------------------------------------------------------------------- what kernels get


def test_a_kernel_sees_the_same_settings_wherever_it_starts(tmp_path: Path) -> None:
    """Every setting is handed over; only what belongs to TMDB stays behind."""
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    for folder in (home, elsewhere):
        folder.mkdir()
    (home / ".env").write_text("MOVIEREC_PORT=1111\nDB_NAME=of_the_file\nTMDB_API_KEY=of_the_file\n")
    settings = load(
        home, TMDB_API_KEY=SECRET, TMDB_PROXY=f"http://me:{SECRET}@proxy", DB_HOST="db", DB_USER="app",
        DB_PASSWORD="p${w} #1", DB_PORT="3307", DB_NAME="films", DB_SSL_CA="ca.pem", DB_SQLITE_FILE="f.sqlite3",
        MODEL_DIR="m", PASSWORD_MIN_LENGTH="9", POSTER_CACHE_DIR="p", POSTER_CACHE_MB="7", TMDB_TIMEOUT_S="2.5",
        TMDB_API_URL="http://127.0.0.1:1", TMDB_IMAGE_URL="http://127.0.0.1:2", MOVIEREC_HOST="0.0.0.0",
        MOVIEREC_PORT="2222", MOVIEREC_POOL_SIZE="3", MOVIEREC_AWAY_S="60", MOVIEREC_DATA_DIR="data",
        MOVIEREC_POSTERS_URL="/movierec/posters/", MOVIEREC_STATIC_URL="/movierec/static/0/", MOVIEREC_FORK="no",
    )  # fmt: skip
    environment = settings.kernel_environment()
    assert SECRET not in "".join(environment.values())
    seen = load_settings(environment, start=elsewhere)
    assert seen == settings.replace(tmdb_api_key="", tmdb_proxy="")


def test_a_kernel_of_the_defaults_sees_the_defaults(tmp_path: Path) -> None:
    """What is not set is handed over as not set."""
    settings = load(tmp_path)
    assert load_settings(settings.kernel_environment()) == settings


def test_a_kernel_is_handed_every_setting(tmp_path: Path) -> None:
    """So that nothing in a .env of its working directory can change one."""
    assert set(load(tmp_path).kernel_environment()) == {"MOVIEREC_HOME"} | {setting.name for setting in SETTINGS}


def test_settings_do_not_change(tmp_path: Path) -> None:
    """A changed copy leaves the original as it was."""
    settings = load(tmp_path)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]
    assert settings.replace(port=1).port == 1
    assert settings.port == 8866
