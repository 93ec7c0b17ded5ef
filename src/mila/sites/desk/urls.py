"""The addresses of the desk."""

from django.urls import path

from mila.sites.desk.pages import (
    assigning,
    books,
    call,
    moving,
    policies,
    post,
    proofs,
    queue,
    risk,
    rounds,
    steps,
    weights,
)

app_name = "desk"
urlpatterns = [
    path("", queue.home, name="home"),
    path("queue/", queue.rows, name="rows"),
    path("risk/", risk.page, name="risk"),
    path("risk/rows/", risk.rows, name="risk_rows"),
    path("calls/<uuid:call_id>/seek/", risk.seek, name="seek"),
    path("calls/<uuid:call_id>/keep/", risk.keep, name="keep"),
    path("calls/<uuid:call_id>/propose/", risk.propose, name="propose"),
    path("calls/<uuid:call_id>/bonus/", risk.bonus, name="bonus"),
    path("calls/<uuid:call_id>/", call.page, name="call"),
    path("calls/<uuid:call_id>/now/", call.live, name="live"),
    path("calls/<uuid:call_id>/rounds/<uuid:search_id>/<int:round_number>/", rounds.page, name="round"),
    path("calls/<uuid:call_id>/assign/", assigning.assign, name="assign"),
    path("calls/<uuid:call_id>/time/", moving.time, name="time"),
    path("calls/<uuid:call_id>/take-away/", steps.take_away, name="take_away"),
    path("calls/<uuid:call_id>/cancel/", steps.cancel, name="cancel"),
    path("calls/<uuid:call_id>/search-anew/", steps.search_anew, name="search_anew"),
    path("calls/<uuid:call_id>/write-off/", steps.write_off, name="write_off"),
    path("messages/", post.messages, name="messages"),
    path("messages/<uuid:message_id>/", post.message, name="message"),
    path("messages/<uuid:message_id>/put-back/", post.put_back, name="put_back"),
    path("points/", weights.versions, name="weights"),
    path("points/new/", weights.draft, name="weights_new"),
    path("points/<uuid:weights_id>/", weights.version, name="weights_version"),
    path("points/<uuid:weights_id>/edit/", weights.draft, name="weights_edit"),
    path("points/<uuid:weights_id>/compared/", weights.compared, name="weights_compared"),
    path("points/<uuid:weights_id>/discard/", weights.discard, name="weights_discard"),
    path("search/", policies.policies, name="policies"),
    path("search/<slug:country>/<slug:slug>/", policies.policy, name="policy"),
    path("proofs/", proofs.page, name="proofs"),
    path("proofs/<uuid:helper_id>/", proofs.of_helper, name="proofs_of"),
    path("proofs/<uuid:held_id>/withdraw/", proofs.withdraw, name="proof_withdraw"),
    path("books/", books.page, name="books"),
]
