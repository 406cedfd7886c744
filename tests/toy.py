"""A toy world: fifteen films whose neighbours are obvious to a person.

``MOVIES`` is in order of renown. ``SIMILAR`` names, for each film, the ones that a person would
name first; all others follow in order of renown, so that ten can be shown.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from movierec import artifact
from movierec.artifact import ForYouTables, Movie

DARK_KNIGHT, WALL_E, UP, ALIEN, TOY_STORY, AMELIE, TOY_STORY_2 = 155, 10681, 14160, 348, 862, 194, 863
HEAT, BATMAN_1989, ALIEN_3, INSIDER, NINE, BATMAN_1966, ENGAGEMENT = 949, 268, 8077, 9008, 12244, 2661, 2841
UNKNOWN_FACTS = -1  # the film of which only the title is known

MOVIES: tuple[Movie, ...] = (
    Movie(
        movie_id=DARK_KNIGHT, tmdb_id=DARK_KNIGHT, title="The Dark Knight", original_title="The Dark Knight",
        year=2008, genres=("Drama", "Action", "Crime", "Thriller"), directors=("Christopher Nolan",),
        cast=("Christian Bale", "Heath Ledger", "Michael Caine"),
        keywords=("dc comics", "crime fighter", "vigilante", "joker"), countries=("United States of America",),
        companies=("Warner Bros.",), language="en", runtime_min=152, votes=12002, rating=8.2, series="batman",
        overview="A masked vigilante faces a clown who wants nothing but chaos.",
    ),
    Movie(
        movie_id=WALL_E, tmdb_id=WALL_E, title="WALL·E", original_title="WALL·E", year=2008,
        genres=("Animation", "Family"), directors=("Andrew Stanton",), cast=("Ben Burtt", "Elissa Knight"),
        keywords=("robot", "spacecraft", "loneliness"), countries=("United States of America",),
        companies=("Pixar Animation Studios",), language="en", runtime_min=98, votes=6296, rating=7.8,
        overview="A small robot that tidies up an empty Earth falls in love.",
    ),
    Movie(
        movie_id=UP, tmdb_id=UP, title="Up", original_title="Up", year=2009,
        genres=("Animation", "Comedy", "Family", "Adventure"), directors=("Pete Docter",),
        cast=("Ed Asner", "Christopher Plummer"), keywords=("balloon", "loneliness", "old man"),
        countries=("United States of America",), companies=("Pixar Animation Studios",), language="en",
        runtime_min=96, votes=6870, rating=7.7,
        overview="A widower ties balloons to his house and flies away with a boy scout aboard.",
    ),
    Movie(
        movie_id=ALIEN, tmdb_id=ALIEN, title="Alien", original_title="Alien", year=1979,
        genres=("Horror", "Science Fiction"), directors=("Ridley Scott",), cast=("Sigourney Weaver", "John Hurt"),
        keywords=("spacecraft", "android", "xenomorph"), countries=("United Kingdom", "United States of America"),
        companies=("Twentieth Century Fox",), language="en", runtime_min=117, votes=4470, rating=7.9,
        series="alien", overview="The crew of a freighter takes a deadly guest on board.",
    ),
    Movie(
        movie_id=TOY_STORY, tmdb_id=TOY_STORY, title="Toy Story", original_title="Toy Story", year=1995,
        genres=("Animation", "Comedy", "Family"), directors=("John Lasseter",), cast=("Tom Hanks", "Tim Allen"),
        keywords=("jealousy", "toy", "friendship"), countries=("United States of America",),
        companies=("Pixar Animation Studios",), language="en", runtime_min=81, votes=5269, rating=7.7,
        series="toy story", overview="A cowboy doll is jealous of the new space ranger.",
    ),
    Movie(
        movie_id=AMELIE, tmdb_id=AMELIE, title="Amélie", original_title="Le Fabuleux Destin d'Amélie Poulain",
        year=2001, genres=("Comedy", "Romance"), directors=("Jean-Pierre Jeunet",),
        cast=("Audrey Tautou", "Mathieu Kassovitz"), keywords=("paris", "love", "shyness"), countries=("France",),
        companies=("UGC",), language="fr", runtime_min=122, votes=3310, rating=7.8,
        overview="A shy waitress in Paris makes other people happy.",
    ),
    Movie(
        movie_id=TOY_STORY_2, tmdb_id=TOY_STORY_2, title="Toy Story 2", original_title="Toy Story 2", year=1999,
        genres=("Animation", "Comedy", "Family"), directors=("John Lasseter",),
        cast=("Tom Hanks", "Tim Allen", "Joan Cusack"), keywords=("museum", "toy", "friendship"),
        countries=("United States of America",), companies=("Pixar Animation Studios",), language="en",
        runtime_min=92, votes=3806, rating=7.3, series="toy story",
        overview="The toys set out to free their friend from a collector.",
    ),
    Movie(
        movie_id=HEAT, tmdb_id=HEAT, title="Heat", original_title="Heat", year=1995,
        genres=("Action", "Crime", "Drama", "Thriller"), directors=("Michael Mann",),
        cast=("Al Pacino", "Robert De Niro", "Val Kilmer"), keywords=("heist", "los angeles", "detective"),
        countries=("United States of America",), companies=("Warner Bros.",), language="en", runtime_min=170,
        votes=1856, rating=7.7, overview="A detective hunts a thief who is as thorough as he is.",
    ),
    Movie(
        movie_id=BATMAN_1989, tmdb_id=BATMAN_1989, title="Batman", original_title="Batman", year=1989,
        genres=("Fantasy", "Action"), directors=("Tim Burton",), cast=("Jack Nicholson", "Michael Keaton"),
        keywords=("dc comics", "vigilante", "joker"), countries=("United States of America",),
        companies=("Warner Bros.",), language="en", runtime_min=126, votes=2096, rating=7.0, series="batman",
        overview="A millionaire in a cape takes on a grinning gangster.",
    ),
    Movie(
        movie_id=ALIEN_3, tmdb_id=ALIEN_3, title="Alien³", original_title="Alien³", year=1992,
        genres=("Science Fiction", "Action", "Horror"), directors=("David Fincher",),
        cast=("Sigourney Weaver", "Charles S. Dutton"), keywords=("prison", "android", "xenomorph"),
        countries=("United States of America",), companies=("Twentieth Century Fox",), language="en",
        runtime_min=114, votes=1664, rating=6.2, series="alien",
        overview="On a prison planet the last survivor finds that she did not come alone.",
    ),
    Movie(
        movie_id=INSIDER, tmdb_id=INSIDER, title="The Insider", original_title="The Insider", year=1999,
        genres=("Drama", "Thriller"), directors=("Michael Mann",), cast=("Al Pacino", "Russell Crowe"),
        keywords=("journalism", "tobacco"), countries=("United States of America",),
        companies=("Touchstone Pictures",), language="en", runtime_min=157, votes=504, rating=7.3,
        overview="A chemist tells the press what the tobacco industry knows.",
    ),
    Movie(
        movie_id=NINE, tmdb_id=NINE, title="9", original_title="9", year=2009,
        genres=("Animation", "Science Fiction"), directors=("Shane Acker",),
        cast=("Elijah Wood", "Christopher Plummer"), keywords=("robot", "rag doll"),
        countries=("United States of America",), companies=("Focus Features",), language="en", runtime_min=79,
        votes=1262, rating=6.6, overview="Rag dolls hide from the machines that ended the world.",
    ),
    Movie(
        movie_id=BATMAN_1966, tmdb_id=BATMAN_1966, title="Batman", original_title="Batman", year=1966,
        genres=("Family", "Comedy", "Crime"), directors=("Leslie H. Martinson",), cast=("Adam West", "Burt Ward"),
        keywords=("dc comics", "crime fighter", "submarine"), countries=("United States of America",),
        companies=("Twentieth Century Fox",), language="en", runtime_min=105, votes=203, rating=6.1,
        series="batman", overview="Four villains join forces against a hero with shark repellent.",
    ),
    Movie(
        movie_id=ENGAGEMENT, tmdb_id=ENGAGEMENT, title="A Very Long Engagement",
        original_title="Un long dimanche de fiançailles", year=2004, genres=("Drama", "Romance"),
        directors=("Jean-Pierre Jeunet",), cast=("Audrey Tautou", "Gaspard Ulliel"),
        keywords=("world war i", "love"), countries=("France",), companies=("2003 Productions",), language="fr",
        runtime_min=133, votes=293, rating=7.2, overview="A woman will not believe that her fiancé fell.",
    ),
    Movie(movie_id=UNKNOWN_FACTS, title="Untold"),
)  # fmt: skip

SIMILAR: dict[int, tuple[int, ...]] = {
    DARK_KNIGHT: (BATMAN_1989, BATMAN_1966, HEAT),
    WALL_E: (UP, TOY_STORY, TOY_STORY_2, NINE),
    UP: (WALL_E, TOY_STORY, TOY_STORY_2),
    ALIEN: (ALIEN_3,),
    TOY_STORY: (TOY_STORY_2, UP, WALL_E),
    AMELIE: (ENGAGEMENT,),
    TOY_STORY_2: (TOY_STORY, UP, WALL_E),
    HEAT: (INSIDER, DARK_KNIGHT),
    BATMAN_1989: (DARK_KNIGHT, BATMAN_1966),
    ALIEN_3: (ALIEN,),
    INSIDER: (HEAT,),
    NINE: (WALL_E,),
    BATMAN_1966: (BATMAN_1989, DARK_KNIGHT),
    ENGAGEMENT: (AMELIE,),
}
K = len(MOVIES) - 1


def neighbours(movie_id: int) -> list[int]:
    """Return the movie_ids stored for *movie_id*, best first; two for the film without facts."""
    if movie_id == UNKNOWN_FACTS:
        return [DARK_KNIGHT, WALL_E]
    first = SIMILAR[movie_id]
    return [*first, *(m.movie_id for m in MOVIES if m.movie_id not in (movie_id, *first))]


def tables() -> tuple[np.ndarray, np.ndarray]:
    """Return similar rows and scores; the score of the j-th neighbour is 1 - j/20, from j = 0."""
    row_of = {movie.movie_id: row for row, movie in enumerate(MOVIES)}
    rows = np.full((len(MOVIES), K), -1, np.int32)
    scores = np.zeros((len(MOVIES), K), np.float32)
    for row, movie in enumerate(MOVIES):
        for j, movie_id in enumerate(neighbours(movie.movie_id)):
            rows[row, j], scores[row, j] = row_of[movie_id], 1 - j / 20
    return rows, scores


# What a like of the first film adds to the second: what people who like both taught.
LEARNED: dict[tuple[int, int], float] = {
    (HEAT, INSIDER): 0.4, (INSIDER, HEAT): 0.4, (HEAT, DARK_KNIGHT): 0.3, (DARK_KNIGHT, HEAT): 0.1,
    (TOY_STORY, TOY_STORY_2): 0.5, (TOY_STORY_2, TOY_STORY): 0.6, (TOY_STORY, DARK_KNIGHT): 0.1,
    (TOY_STORY, UP): 0.2, (UP, TOY_STORY): 0.2, (AMELIE, ENGAGEMENT): 0.3, (ENGAGEMENT, AMELIE): 0.3,
    (AMELIE, TOY_STORY): -0.1, (HEAT, TOY_STORY): -0.2,
}  # fmt: skip
HALF_LIKES = 4
USERS = (3, 2**63, 2**64 - 1)  # fingerprints


def for_you_tables() -> ForYouTables:
    """Return :data:`LEARNED`, and of each film's :data:`SIMILAR` the first with score 4, then 3, 2, 1."""
    row_of = {movie.movie_id: row for row, movie in enumerate(MOVIES)}
    liked = sorted({row_of[movie_id] for pair in LEARNED for movie_id in pair})
    weights = np.zeros((len(liked), len(liked)), np.float32)
    for (one, other), weight in LEARNED.items():
        weights[liked.index(row_of[one]), liked.index(row_of[other])] = weight
    rows = np.full((len(MOVIES), 4), -1, np.int32)
    scores = np.zeros((len(MOVIES), 4), np.float32)
    for movie_id, others in SIMILAR.items():
        for j, other in enumerate(others):
            rows[row_of[movie_id], j], scores[row_of[movie_id], j] = row_of[other], 4 - j
    kinds = np.zeros(len(MOVIES), np.uint64)  # of no kind: tests of kinds say which
    return ForYouTables(
        rows=np.array(liked, np.int32), weights=weights, similar_rows=rows, similar_scores=scores, kinds=kinds
    )


def write_toy_model(path: Path, *, ratings: bool = False) -> Path:
    """Write the toy model to *path*, with tables of likes or without, and return where it is."""
    about = {"name": "toy", "source": "tests/toy.py", "licence": "MIT", "recipe": {"by": "hand"}}
    if not ratings:
        return artifact.write(path, MOVIES, *tables(), about=about)
    recipe = {"by": "hand", "for_you": {"half_likes": HALF_LIKES}}
    users = np.array(USERS, np.uint64)
    return artifact.write(
        path, MOVIES, *tables(), about=about | {"recipe": recipe}, for_you=for_you_tables(), trained_users=users
    )
