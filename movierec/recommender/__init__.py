"""What is like what, what somebody will like, and why.

::

    recommender   Recommender: similar(), for_you(); open_model()
    for_you       films for somebody, from what they like and dislike
    picks         Pick, Reason
    why           Why: the reasons of a pick
    facts         the facts that two films share
    closeness     how close films are, on one scale for all rows of the table
    mix           films like several films at once
    scoring       what each like adds to each film
    kinds         what the likes have in common as a kind
    diversity     of two films that are alike, the second one counts for less
"""

from __future__ import annotations

from movierec.recommender.diversity import DIVERSITY
from movierec.recommender.picks import Pick, Reason
from movierec.recommender.recommender import MAX_MIX, Recommender, open_model

__all__ = ["DIVERSITY", "MAX_MIX", "Pick", "Reason", "Recommender", "open_model"]
