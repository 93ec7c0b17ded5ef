"""The desk's words for stages, deadlines and what happened."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mila.booking.models import ChangeState, FollowUpState, OfferState, ProposalState, Stage

Words = Mapping[str, Promise]

STAGES: Words = {
    Stage.DRAFTED: _("Drafted"),
    Stage.REQUESTED: _("Searching"),
    Stage.ACCEPTED: _("Accepted"),
    Stage.CONTACTED: _("Contacted"),
    Stage.CONFIRMED: _("Confirmed"),
    Stage.PAUSED: _("Paused, not secured"),
    Stage.ON_THE_WAY: _("On the way"),
    Stage.ARRIVED: _("Arrived"),
    Stage.WORKING: _("At work"),
    Stage.DONE: _("Done, not signed"),
    Stage.SIGNED_OFF: _("Signed off"),
    Stage.UNPAID: _("Unpaid"),
    Stage.CHARGED: _("Charged"),
    Stage.CLOSED: _("Closed"),
    Stage.STRANDED: _("Stranded"),
    Stage.CANCELLED: _("Cancelled"),
    Stage.ABANDONED: _("Abandoned"),
    Stage.UNSERVED: _("Nobody found"),
}

STAGE_KINDS: Mapping[str, str] = {
    Stage.REQUESTED: "warn",
    Stage.CONFIRMED: "good",
    Stage.PAUSED: "bad",
    Stage.ON_THE_WAY: "good",
    Stage.ARRIVED: "good",
    Stage.WORKING: "good",
    Stage.CLOSED: "plain",
    Stage.CANCELLED: "plain",
    Stage.ABANDONED: "plain",
    Stage.DRAFTED: "plain",
    Stage.UNPAID: "bad",
    Stage.STRANDED: "bad",
    Stage.UNSERVED: "bad",
}

DUE: Words = {
    "abandon": _("means of payment due"),
    "ask_to_secure_48": _("payment to be secured"),
    "ask_to_secure_24": _("payment to be secured"),
    "ask_to_secure_6": _("payment to be secured"),
    "nobody_came_forward": _("search ends"),
    "remind_to_contact": _("reminder to call"),
    "silent": _("call due"),
    "remind_to_confirm": _("first reminder to confirm"),
    "remind_again_to_confirm": _("last reminder to confirm"),
    "unsure": _("confirmation due"),
    "no_time_agreed": _("time to be agreed by"),
    "pause": _("pauses unless secured"),
    "not_secured": _("cancelled unless secured"),
    "not_on_the_way": _("departure due"),
    "no_show": _("counts as no-show"),
    "late": _("arrival due"),
    "missing": _("counts as missing"),
    "forgotten": _("end of work due"),
    "remind_to_sign_off": _("reminder to sign off"),
    "remind_again_to_sign_off": _("last reminder to sign off"),
    "sign_off_by_silence": _("signed off by silence"),
    "bill_brand": _("bill to the brand"),
    "no_word_from_bank": _("word from the bank due"),
    "dun_1": _("first dunning"),
    "dun_2": _("second dunning"),
    "dun_3": _("third dunning"),
    "dun_4": _("last dunning"),
    "remind_to_rate": _("reminder to rate"),
    "release": _("pay-out released"),
}

TROUBLES: Words = {
    "nobody": _("Nobody left to ask"),
    "silent": _("Helper has not called the client"),
    "unsure": _("Helper has not confirmed"),
    "not_on_the_way": _("Helper has not set out"),
    "late": _("Helper is late"),
    "forgotten": _("Helper has not finished"),
    "object": _("The client objects"),
    "no_word_from_bank": _("No word from the bank"),
    "stranded": _("Stranded without a helper"),
    "unpaid": _("Payment was declined"),
    "clock_failed": _("The clock failed here"),
    "disputed": _("Payment disputed"),
    "dispute_near": _("Dispute: reply due soon"),
}

ACTORS: Words = {
    "customer": _("the customer"),
    "provider": _("the helper"),
    "desk": _("the desk"),
    "brand": _("the brand"),
    "bank": _("the bank"),
    "clock": _("the clock"),
}

OFFERS: Words = {
    OfferState.MADE: _("sent, not seen yet"),
    OfferState.OPEN: _("seen, exclusive"),
    OfferState.UNREACHED: _("not reached"),
    OfferState.EXPIRED: _("no answer in time"),
    OfferState.DECLINED: _("declined"),
    OfferState.ACCEPTED: _("accepted"),
    OfferState.CLOSED: _("closed"),
}

PROPOSALS: Words = {
    ProposalState.ASKED: _("waits for an answer"),
    ProposalState.REFUSED: _("not possible; the customer chooses"),
    ProposalState.SILENT: _("no answer; the customer chooses"),
    ProposalState.AGREED: _("agreed"),
    ProposalState.KEPT: _("the old time stays"),
    ProposalState.SOUGHT: _("somebody else is sought"),
    ProposalState.DECLINED: _("other times wished"),
    ProposalState.LAPSED: _("not answered"),
    ProposalState.WITHDRAWN: _("taken back"),
    ProposalState.OVERTAKEN: _("over, since the call went another way"),
}

CHANGES: Words = {
    ChangeState.ASKED: _("waits for an answer"),
    ChangeState.SECURING: _("the bank is asked"),
    ChangeState.SHORT: _("not covered by the bank: other means of payment are asked for"),
    ChangeState.APPROVED: _("approved"),
    ChangeState.DECLINED: _("declined"),
    ChangeState.UNCOVERED: _("not covered by the bank"),
    ChangeState.WITHDRAWN: _("taken back"),
    ChangeState.LAPSED: _("not answered"),
    ChangeState.OVERTAKEN: _("over, since the call went another way"),
}

FOLLOW_UPS: Words = {
    FollowUpState.ASKED: _("waits for an answer"),
    FollowUpState.CONFIRMED: _("ordered by the client"),
    FollowUpState.DECLINED: _("declined"),
    FollowUpState.LAPSED: _("not answered"),
    FollowUpState.WITHDRAWN: _("taken back"),
    FollowUpState.OVERTAKEN: _("over, since the call went another way"),
}

CLOSED_BECAUSE: Words = {
    "taken": _("somebody else has it"),
    "kept": _("the helper kept the call"),
    "cancelled": _("the call is not to be had any more"),
    "not_free": _("not free any more"),
    "moved": _("the customer chose another time"),
    "terms": _("the customer chose another kind of help"),
    "better": _("asked again with a bonus"),
}
