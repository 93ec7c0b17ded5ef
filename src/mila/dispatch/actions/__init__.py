"""The verbs of dispatch: running a search, answering an offer, keeping and freeing a promise."""

from mila.dispatch.actions.promises import (
    Overlap,
    assign,
    keep_promise,
    name_helper,
    release_blameless,
    release_helper,
    release_helper_at_fault,
    release_unable,
)
from mila.dispatch.actions.searches import (
    OfferGone,
    acknowledge,
    decline,
    end_replacement,
    end_search,
    move_search,
    not_free_after_all,
    open_search,
    say_yes,
    seek_replacement,
    withdraw_yes,
)

__all__ = [
    "OfferGone",
    "Overlap",
    "acknowledge",
    "assign",
    "decline",
    "end_replacement",
    "end_search",
    "keep_promise",
    "move_search",
    "name_helper",
    "not_free_after_all",
    "open_search",
    "release_blameless",
    "release_helper",
    "release_helper_at_fault",
    "release_unable",
    "say_yes",
    "seek_replacement",
    "withdraw_yes",
]
