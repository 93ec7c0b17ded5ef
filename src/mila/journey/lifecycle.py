"""The life of a service call, from the booking to the pay-out.

Read it from top to bottom. Each step says who may take it, where it leads from and to, when the clock takes it if the
call is still there then, what must hold, and what follows. Nothing outside this table changes the stage of a call.
"""

from mila.booking import changes, redoing, times
from mila.booking.models import Stage as S
from mila.dispatch import actions as dispatch
from mila.journey import aftercare, conditions
from mila.journey.grammar import (
    Lifecycle,
    Step,
    after,
    after_arrival_window,
    before_visit,
    halfway_to_visit,
    later,
    part_way_to_visit,
    sooner,
    unless_helper_goes,
    unless_objected,
    where_brand_pays,
    while_time_is_open,
    while_unsecured,
)
from mila.kernel.occasion import Who
from mila.messaging import actions as messaging
from mila.payments import actions as payments
from mila.quality import actions as quality
from mila.visit import actions as visit

CUSTOMER, PROVIDER, DESK = (Who.CUSTOMER,), (Who.PROVIDER,), (Who.DESK,)
BANK, CLOCK = (Who.BANK,), (Who.CLOCK,)
CUSTOMER_OR_DESK = (Who.CUSTOMER, Who.DESK)
WITH_HELPER = (S.ACCEPTED, S.CONTACTED, S.CONFIRMED)
AT_THE_DOOR = (S.ON_THE_WAY, S.ARRIVED)
INSIDE = (S.ARRIVED, S.WORKING)

THE_NEW_TIME_BINDS = (
    dispatch.bind_to_new_time,
    dispatch.end_replacement,
    payments.move_hold,
    messaging.tell_of_new_time,
)

TO_PAY_IN = after(minutes=30)
TO_FIND_SOMEBODY = later(after_arrival_window(hours=1), while_time_is_open(after(days=3)), after(hours=2))
TO_CONTACT = later(sooner(after(hours=12), halfway_to_visit()), after(minutes=15))
TO_CONFIRM = later(before_visit(hours=24), after(hours=1))
TO_SET_OUT = later(after_arrival_window(), after(minutes=20))
TO_COME = later(after_arrival_window(minutes=30), after(minutes=45))
TO_AGREE_A_TIME = after(days=3)
TO_ARRIVE = later(after_arrival_window(minutes=15), after(minutes=30))
TO_BE_MISSED = later(after_arrival_window(hours=2), after(hours=2))
TO_PAUSE = while_unsecured(unless_helper_goes(later(before_visit(hours=2), after(minutes=15))))
TO_SECURE = later(after_arrival_window(), after(minutes=30))
TO_SIGN_OFF = unless_objected(after(hours=24))

# fmt: off
LIFE = Lifecycle(
    begins=S.DRAFTED,
    ends=(S.CLOSED, S.CANCELLED, S.ABANDONED, S.UNSERVED),
    steps=(
        # A means of payment is saved, and the search begins.
        Step("secure", by=BANK, at=(S.DRAFTED,), to=S.REQUESTED, only_if=(conditions.means_must_be_saved,),
             then=(payments.plan_hold, dispatch.open_search, messaging.confirm_booking)),
        Step("abandon", by=CLOCK, at=(S.DRAFTED,), to=S.ABANDONED, due=TO_PAY_IN),

        Step("ask_to_secure_48", by=CLOCK, at=(S.REQUESTED, *WITH_HELPER), to=None, reminder=True,
             due=while_unsecured(before_visit(hours=48)), then=(messaging.ask_to_secure,)),
        Step("ask_to_secure_24", by=CLOCK, at=(S.REQUESTED, *WITH_HELPER), to=None, reminder=True,
             due=while_unsecured(before_visit(hours=24)), then=(messaging.ask_to_secure,)),
        Step("ask_to_secure_6", by=CLOCK, at=(S.REQUESTED, *WITH_HELPER), to=None, reminder=True,
             due=while_unsecured(before_visit(hours=6)), then=(messaging.ask_to_secure,)),

        # Somebody must come.
        Step("accept", by=PROVIDER, at=(S.REQUESTED, *WITH_HELPER), to=S.ACCEPTED, anew=True,
             only_if=(conditions.somebody_must_be_sought,),
             then=(times.overtake, dispatch.assign, visit.prepare_pick_up, payments.plan_hold,
                   messaging.introduce_helper)),
        Step("assign", by=DESK, at=(S.REQUESTED, *WITH_HELPER, S.STRANDED), to=S.ACCEPTED, anew=True,
             then=(times.overtake, dispatch.assign, visit.prepare_pick_up, payments.plan_hold,
                   messaging.introduce_helper)),
        Step("choose_time", by=CUSTOMER, at=(S.REQUESTED,), to=S.REQUESTED, anew=True,
             then=(dispatch.restart_search, payments.free_hold, payments.plan_hold, messaging.confirm_other_time)),
        Step("approve_terms", by=CUSTOMER, at=(S.REQUESTED,), to=None,
             then=(dispatch.ask_at_new_terms, payments.free_hold, payments.plan_hold)),
        Step("nobody_came_forward", by=CLOCK, at=(S.REQUESTED,), to=S.UNSERVED, due=TO_FIND_SOMEBODY,
             then=(dispatch.end_search, payments.free_hold, messaging.regret)),

        # They talk, and both of them mean it.
        Step("contact", by=PROVIDER, at=(S.ACCEPTED,), to=conditions.confirmed_where_near,
             may_lead_to=(S.CONTACTED, S.CONFIRMED), only_if=(conditions.client_must_be_reached,),
             then=(dispatch.end_replacement, messaging.remind_customer_where_near)),
        Step("remind_to_contact", by=CLOCK, at=(S.ACCEPTED,), to=S.ACCEPTED, reminder=True,
             due=sooner(after(hours=6), part_way_to_visit(4)), then=(messaging.remind_to_contact,)),
        Step("silent", by=CLOCK, at=(S.ACCEPTED,), to=S.ACCEPTED, due=TO_CONTACT,
             then=(dispatch.seek_replacement, messaging.tell_holder_of_replacement)),
        Step("remind_to_confirm", by=CLOCK, at=(S.CONTACTED,), to=S.CONTACTED, reminder=True,
             due=before_visit(hours=36), then=(messaging.remind_to_confirm,)),
        Step("remind_again_to_confirm", by=CLOCK, at=(S.CONTACTED,), to=S.CONTACTED, reminder=True,
             due=before_visit(hours=26), then=(messaging.remind_again_to_confirm,)),
        Step("confirm", by=PROVIDER, at=(S.CONTACTED,), to=S.CONFIRMED,
             then=(dispatch.end_replacement, messaging.remind_customer)),
        Step("unsure", by=CLOCK, at=(S.CONTACTED,), to=S.CONTACTED, due=TO_CONFIRM,
             then=(dispatch.seek_replacement, messaging.tell_holder_of_replacement)),
        Step("no_time_agreed", by=CLOCK, at=(S.ACCEPTED, S.CONTACTED, S.CONFIRMED), to=S.STRANDED,
             due=while_time_is_open(TO_AGREE_A_TIME),
             then=(times.overtake, dispatch.end_search, dispatch.release_helper, messaging.alert_customer_of_delay)),
        Step("drop_out", by=PROVIDER, at=(*WITH_HELPER, S.PAUSED), to=S.REQUESTED,
             then=(times.overtake, dispatch.release_helper, dispatch.open_search,
                   messaging.tell_customer_of_new_search)),
        Step("take_away", by=DESK, at=(*WITH_HELPER, S.PAUSED), to=S.REQUESTED,
             then=(times.overtake, dispatch.release_helper, dispatch.open_search,
                   messaging.tell_customer_of_new_search)),

        Step("seek_replacement", by=DESK, at=WITH_HELPER, to=None,
             then=(dispatch.seek_replacement, messaging.tell_holder_of_desks_search)),
        Step("keep_helper", by=DESK, at=WITH_HELPER, to=None, then=(dispatch.end_replacement,)),

        # Another time, only at the customer's request: the old one binds until the helper agrees.
        Step("change_time", by=CUSTOMER_OR_DESK, at=(S.REQUESTED, S.STRANDED), to=S.REQUESTED, anew=True,
             then=(dispatch.end_search, payments.move_hold, dispatch.open_search, messaging.tell_of_new_time)),
        Step("agree_to_time", by=PROVIDER, at=(S.ACCEPTED,), to=S.ACCEPTED, anew=True, then=THE_NEW_TIME_BINDS),
        Step("agree_to_time", by=PROVIDER, at=(S.CONTACTED, S.CONFIRMED), to=conditions.where_the_new_time_leads,
             may_lead_to=(S.CONTACTED, S.CONFIRMED), anew=True, then=THE_NEW_TIME_BINDS),
        Step("approve_time", by=CUSTOMER_OR_DESK, at=(S.ACCEPTED,), to=S.ACCEPTED, anew=True, then=THE_NEW_TIME_BINDS),
        Step("approve_time", by=CUSTOMER_OR_DESK, at=(S.CONTACTED, S.CONFIRMED), to=conditions.where_the_new_time_leads,
             may_lead_to=(S.CONTACTED, S.CONFIRMED), anew=True, then=THE_NEW_TIME_BINDS),
        Step("seek_at_time", by=CUSTOMER_OR_DESK, at=WITH_HELPER, to=S.REQUESTED,
             then=(dispatch.release_helper, dispatch.end_search, payments.move_hold, dispatch.open_search,
                   messaging.tell_of_search_at_time)),

        # No money is held: two hours before, the visit pauses, unless the helper chooses to go.
        Step("go_unsecured", by=PROVIDER, at=WITH_HELPER, to=None, only_if=(conditions.nothing_must_be_held,),
             then=(dispatch.goes_unsecured,)),
        Step("pause", by=CLOCK, at=WITH_HELPER, to=S.PAUSED, due=TO_PAUSE,
             then=(times.overtake, changes.overtake, dispatch.end_search, messaging.tell_of_pause)),
        Step("go_unsecured", by=PROVIDER, at=(S.PAUSED,), to=S.CONFIRMED,
             then=(dispatch.goes_unsecured, messaging.tell_customer_visit_goes_on)),
        Step("go_on", by=BANK, at=(S.PAUSED,), to=S.CONFIRMED, then=(messaging.tell_visit_goes_on,)),
        Step("not_secured", by=CLOCK, at=(S.PAUSED,), to=S.CANCELLED, due=TO_SECURE,
             then=(payments.free_hold, dispatch.release_helper, messaging.announce_cancellation)),

        # What the helper was to fetch for the client cannot be had at the branch: the brand bears the journey.
        Step("pick_up_failed", by=(Who.PROVIDER, Who.BRAND), at=WITH_HELPER, to=S.STRANDED,
             then=(times.overtake, dispatch.end_search, payments.bill_journey, dispatch.release_blameless,
                   messaging.tell_of_failed_pick_up)),

        # The visit.
        Step("set_out", by=PROVIDER, at=(S.CONFIRMED,), to=S.ON_THE_WAY,
             only_if=(conditions.visit_must_be_near, conditions.parcel_must_be_fetched),
             then=(times.overtake, dispatch.end_replacement, visit.prepare_introduction,
                   messaging.share_arrival_time)),
        Step("not_on_the_way", by=CLOCK, at=WITH_HELPER, to=None,
             due=TO_SET_OUT,
             then=(dispatch.seek_replacement, messaging.ask_helper_to_set_out, messaging.tell_customer_of_lateness)),
        Step("no_show", by=CLOCK, at=WITH_HELPER, to=S.STRANDED, due=TO_COME,
             then=(times.overtake, dispatch.end_search, dispatch.release_helper_at_fault,
                   messaging.alert_customer_of_delay)),
        Step("late", by=CLOCK, at=(S.ON_THE_WAY,), to=S.ON_THE_WAY, due=TO_ARRIVE,
             then=(messaging.tell_customer_of_lateness,)),
        Step("missing", by=CLOCK, at=(S.ON_THE_WAY,), to=S.STRANDED, due=TO_BE_MISSED,
             then=(dispatch.release_helper_at_fault, messaging.alert_customer_of_delay)),
        Step("arrive", by=PROVIDER, at=(S.ON_THE_WAY,), to=S.ARRIVED),
        Step("begin_work", by=PROVIDER, at=(S.ARRIVED,), to=S.WORKING,
             only_if=(conditions.both_must_be_introduced,)),
        Step("finish", by=PROVIDER, at=(S.WORKING,), to=S.DONE,
             only_if=(conditions.parcel_must_be_given, conditions.checklist_must_be_done,
                      conditions.change_must_be_answered),
             then=(messaging.ask_to_sign_off,)),
        Step("finish_by_desk", by=DESK, at=INSIDE, to=S.DONE,
             then=(changes.overtake, messaging.ask_to_sign_off_for_desk, messaging.tell_helper_of_desks_finish)),
        Step("forgotten", by=CLOCK, at=(S.ARRIVED, S.WORKING), to=None, due=after(hours=12),
             then=(messaging.ask_helper_to_finish,)),

        # The helper leaves without having done the work: who is the cause bears the journey.
        Step("leave_at_cost", by=PROVIDER, at=INSIDE, to=S.CANCELLED,
             then=(payments.charge_journey, dispatch.release_blameless, messaging.tell_of_journey_in_vain)),
        Step("leave_by_brands_fault", by=PROVIDER, at=INSIDE, to=S.STRANDED,
             then=(payments.bill_journey, dispatch.release_blameless, messaging.tell_of_journey_in_vain)),
        Step("leave_blameless", by=PROVIDER, at=INSIDE, to=S.STRANDED,
             then=(payments.compensate_journey, dispatch.release_blameless, messaging.tell_of_journey_in_vain)),
        Step("leave_unable", by=PROVIDER, at=INSIDE, to=S.STRANDED,
             then=(dispatch.release_unable, messaging.tell_of_journey_in_vain)),

        # The yes, and the money.
        Step("sign_off", by=CUSTOMER, at=(S.DONE,), to=S.SIGNED_OFF, only_if=(conditions.sign_off_must_be_written,),
             then=(dispatch.keep_promise, payments.book_sign_off, payments.ask_bank_to_charge, quality.plan_question,
                   redoing.let_meet_again, aftercare.tell_of_products)),
        Step("object", by=CUSTOMER, at=(S.DONE,), to=S.DONE),
        Step("remind_to_sign_off", by=CLOCK, at=(S.DONE,), to=S.DONE, due=unless_objected(after(hours=2)),
             then=(messaging.remind_to_sign_off,)),
        Step("remind_again_to_sign_off", by=CLOCK, at=(S.DONE,), to=S.DONE, due=unless_objected(after(hours=18)),
             then=(messaging.remind_again_to_sign_off,)),
        Step("sign_off_by_silence", by=CLOCK, at=(S.DONE,), to=S.SIGNED_OFF, due=TO_SIGN_OFF,
             then=(visit.write_silent_sign_off, dispatch.keep_promise, payments.book_sign_off,
                   payments.ask_bank_to_charge, quality.plan_question, redoing.let_meet_again,
                   messaging.announce_silent_sign_off, aftercare.tell_of_products)),
        Step("charge", by=BANK, at=(S.SIGNED_OFF, S.UNPAID), to=S.CHARGED,
             only_if=(conditions.charge_must_be_captured,),
             then=(payments.book_capture, payments.write_documents, messaging.send_receipt)),
        Step("decline", by=BANK, at=(S.SIGNED_OFF,), to=S.UNPAID, then=(messaging.ask_to_pay,)),
        Step("decline", by=BANK, at=(S.UNPAID,), to=S.UNPAID),
        Step("bill_brand", by=CLOCK, at=(S.SIGNED_OFF,), to=S.CHARGED,
             due=where_brand_pays(after(minutes=0)),
             then=(payments.write_documents, messaging.send_receipt)),
        Step("no_word_from_bank", by=CLOCK, at=(S.SIGNED_OFF,), to=S.SIGNED_OFF, due=after(hours=6)),
        Step("dun_1", by=CLOCK, at=(S.UNPAID,), to=S.UNPAID, due=after(days=1), then=(messaging.dun,)),
        Step("dun_2", by=CLOCK, at=(S.UNPAID,), to=S.UNPAID, due=after(days=3), then=(messaging.dun,)),
        Step("dun_3", by=CLOCK, at=(S.UNPAID,), to=S.UNPAID, due=after(days=7), then=(messaging.dun,)),
        Step("dun_4", by=CLOCK, at=(S.UNPAID,), to=S.UNPAID, due=after(days=14), then=(messaging.dun,)),
        Step("remind_to_rate", by=CLOCK, at=(S.CHARGED,), to=S.CHARGED, reminder=True, due=after(days=1),
             then=(aftercare.remind_to_rate,)),
        Step("release", by=CLOCK, at=(S.CHARGED,), to=S.CLOSED, due=after(days=3), then=(payments.release_claim,)),

        # When it goes another way.
        Step("cancel", by=CUSTOMER, at=(S.DRAFTED, S.REQUESTED, *WITH_HELPER, S.PAUSED, *AT_THE_DOOR, S.STRANDED),
             to=S.CANCELLED,
             then=(payments.settle_cancellation, times.overtake, dispatch.end_search, dispatch.release_helper,
                   redoing.let_meet_again, messaging.announce_cancellation)),
        Step("withdraw", by=CUSTOMER,
             at=(S.DRAFTED, S.REQUESTED, *WITH_HELPER, *AT_THE_DOOR, S.WORKING, S.STRANDED), to=S.CANCELLED,
             then=(payments.free_hold, dispatch.end_search, dispatch.release_helper,
                   messaging.announce_cancellation)),
        Step("withdraw_midway", by=CUSTOMER, at=(S.WORKING,), to=S.SIGNED_OFF,
             then=(changes.overtake, dispatch.keep_promise, payments.book_sign_off, payments.ask_bank_to_charge,
                   messaging.tell_helper_of_withdrawal)),
        Step("cancel_by_desk", by=DESK,
             at=(S.DRAFTED, S.REQUESTED, *WITH_HELPER, S.PAUSED, *AT_THE_DOOR, S.WORKING, S.DONE, S.STRANDED),
             to=S.CANCELLED,
             then=(payments.free_hold, times.overtake, dispatch.end_search, dispatch.release_helper,
                   redoing.let_meet_again, messaging.announce_cancellation)),
        Step("search_anew", by=DESK, at=(S.STRANDED,), to=S.REQUESTED,
             then=(dispatch.open_search, messaging.tell_customer_of_new_search)),
        Step("write_off", by=DESK, at=(S.SIGNED_OFF, S.UNPAID), to=S.CLOSED,
             then=(payments.write_off, payments.release_claim)),

        # What cancelling costs is collected after the end.
        Step("cancellation_paid", by=BANK, at=(S.CANCELLED,), to=None,
             then=(payments.write_cancellation_receipt, aftercare.send_cancellation_receipt)),
        Step("cancellation_declined", by=BANK, at=(S.CANCELLED,), to=None,
             then=(payments.begin_dunning, aftercare.ask_to_pay_cancellation)),
        Step("write_off", by=DESK, at=(S.CANCELLED,), to=None, only_if=(conditions.cancellation_must_be_owed,),
             then=(payments.give_up_cancellation,)),
    ),
)
# fmt: on
