"""What payments do: effects of the journey's steps, questions to the bank, and what its answers change.

Effects are `(call, now)`, run under the call's row lock, and write rows only. The workers `ask_bank_next` and
`pay_out_next` speak with the bank between two transactions.
"""

from mila.payments.actions.books import book_capture, book_sign_off, release_claim, write_off
from mila.payments.actions.cancellations import settle_cancellation
from mila.payments.actions.charges import (
    NothingToPay,
    ask_bank_to_charge,
    ask_for_charge,
    note_charge,
    open_payment_session,
)
from mila.payments.actions.debts import begin_dunning, dun_next, give_up_cancellation
from mila.payments.actions.disputes import Turn, VerdictChanged, held_of, note_dispute
from mila.payments.actions.documents import write_cancellation_receipt, write_documents
from mila.payments.actions.holds import ask_for_hold, drop_raise, free_hold, move_hold, note_hold, plan_hold
from mila.payments.actions.journeys import bill_journey, charge_journey, compensate_journey
from mila.payments.actions.losses import claim_of, settle_bearer, share_at_stake
from mila.payments.actions.means import begin_means, note_means, open_means_session
from mila.payments.actions.notices import ask_bank_next, hear_once, next_notice
from mila.payments.actions.payouts import note_payout, pay_out_next, run_payouts
from mila.payments.actions.raises import ask_to_cover, follow_price
from mila.payments.actions.refunds import (
    Disputed,
    GivenBack,
    NotPaidYet,
    TooMuch,
    ask_for_refund,
    give_back,
    left_to_refund,
    note_refund,
    refuse_too_much,
    share_of,
    take_pay_back,
    try_refund_again,
)
from mila.payments.actions.replies import (
    BorneAlready,
    Evidence,
    GroundsMissing,
    OnlyEvidence,
    RepliedAlready,
    TooLateToReply,
    Verdict,
    accept,
    alarm,
    hand_in,
    note_reply,
    rest,
    say_who_bears,
)
from mila.payments.actions.retentions import hold_share, settle_share
from mila.payments.adapters import (
    Answer,
    BankAway,
    BankFault,
    ChargeAnswer,
    DisputeAnswer,
    DisputeNews,
    HoldAnswer,
    MeansAnswer,
    Notice,
    RefundAnswer,
)

__all__ = [
    "Answer",
    "BankAway",
    "BankFault",
    "BorneAlready",
    "ChargeAnswer",
    "DisputeAnswer",
    "DisputeNews",
    "Disputed",
    "Evidence",
    "GivenBack",
    "GroundsMissing",
    "HoldAnswer",
    "MeansAnswer",
    "NotPaidYet",
    "NothingToPay",
    "Notice",
    "OnlyEvidence",
    "RefundAnswer",
    "RepliedAlready",
    "TooLateToReply",
    "TooMuch",
    "Turn",
    "Verdict",
    "VerdictChanged",
    "accept",
    "alarm",
    "ask_bank_next",
    "ask_bank_to_charge",
    "ask_for_charge",
    "ask_for_hold",
    "ask_for_refund",
    "ask_to_cover",
    "begin_dunning",
    "begin_means",
    "bill_journey",
    "book_capture",
    "book_sign_off",
    "charge_journey",
    "claim_of",
    "compensate_journey",
    "drop_raise",
    "dun_next",
    "follow_price",
    "free_hold",
    "give_back",
    "give_up_cancellation",
    "hand_in",
    "hear_once",
    "held_of",
    "hold_share",
    "left_to_refund",
    "move_hold",
    "next_notice",
    "note_charge",
    "note_dispute",
    "note_hold",
    "note_means",
    "note_payout",
    "note_refund",
    "note_reply",
    "open_means_session",
    "open_payment_session",
    "pay_out_next",
    "plan_hold",
    "refuse_too_much",
    "release_claim",
    "rest",
    "run_payouts",
    "say_who_bears",
    "settle_bearer",
    "settle_cancellation",
    "settle_share",
    "share_at_stake",
    "share_of",
    "take_pay_back",
    "try_refund_again",
    "write_cancellation_receipt",
    "write_documents",
    "write_off",
]
