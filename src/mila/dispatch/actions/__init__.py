"""The verbs of dispatch: running a search, answering an offer, keeping and freeing a promise."""

from mila.dispatch.actions.answers import (
    LinkUsed,
    OfferGone,
    acknowledge,
    decline,
    not_free_after_all,
    say_yes,
    use_link,
    withdraw_yes,
)
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
    ask_at_new_terms,
    end_replacement,
    end_search,
    keep_terms,
    move_search,
    open_search,
    restart_search,
    seek_replacement,
)

__all__ = [
    "LinkUsed",
    "OfferGone",
    "Overlap",
    "acknowledge",
    "ask_at_new_terms",
    "assign",
    "decline",
    "end_replacement",
    "end_search",
    "keep_promise",
    "keep_terms",
    "move_search",
    "name_helper",
    "not_free_after_all",
    "open_search",
    "release_blameless",
    "release_helper",
    "release_helper_at_fault",
    "release_unable",
    "restart_search",
    "say_yes",
    "seek_replacement",
    "use_link",
    "withdraw_yes",
]
