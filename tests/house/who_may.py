"""Who may: the one place in which every address of the house says who may go there."""

from enum import Enum, auto


class Who(Enum):
    """For whom an address is; all others find nothing, sign in first, or lack a key."""

    EVERYBODY = auto()
    EVERYBODY_AND_ON_TO_SIGN_IN = auto()  # the page itself leads to the sign-in: signed out, or a passkey not known
    WHO_HAS_THE_LINK = auto()  # the key in the address is the right; a key that nobody was given finds nothing
    WHO_HAS_THE_LINK_LATER = auto()  # the same, but there is nothing to see yet
    HELPERS = auto()
    ITS_HELPER = auto()  # the one helper whose thing it is
    ITS_HELPER_OR_NOTHING_HAPPENS = auto()  # the same; to others the answer is empty, and nothing changes
    DESK = auto()
    DESK_LATER = auto()  # the same, but there is nothing of the kind yet
    COUNTERS = auto()  # people at the counter of a branch
    ITS_BRANDS_COUNTERS = auto()  # the counters of the brand whose product it is
    ITS_COUNTER = auto()  # the counter of the one branch where it lies
    BRANDS = auto()  # programs with a brand's key
    ITS_BRAND = auto()
    SIGNED_IN = auto()
    ITS_ACCOUNT = auto()
    ON_THE_WAY_IN = auto()  # who has proved something already; others begin at the beginning
    DEMONSTRATION = auto()  # exists nowhere else


MAY: dict[Who, str] = {
    Who.EVERYBODY: """
        theme/<slug:slug>.css language/ sign-in/ sign-in/sent/ sign-in/password/ sign-in/<str:key>/
        sign-in/passkey/ask/
        api/v1/openapi.json api/docs/ hooks/bank/
        app/manifest.webmanifest app/worker.js app/offline/
        / ranking/ book/ book/country/ book/service/<slug:package>/ book/<slug:family>/
        help/ booking/pick-up/ booking/address/ booking/places/ booking/time/ booking/contact/ booking/check/
    """,
    Who.EVERYBODY_AND_ON_TO_SIGN_IN: "sign-out/ sign-in/passkey/",
    Who.WHO_HAS_THE_LINK: """
        s/<slug:key>/ s/<slug:key>/live/ s/<slug:key>/receipt/ s/<slug:key>/means/ s/<slug:key>/pay/ s/<slug:key>/code/
        s/<slug:key>/sign-off/ s/<slug:key>/object/ s/<slug:key>/rate/ s/<slug:key>/recommend/
        s/<slug:key>/visit.ics s/<slug:key>/case/
        s/<slug:key>/cancel/ s/<slug:key>/cancel/code/
        s/<slug:key>/other-help/ s/<slug:key>/other-help/keep/ s/<slug:key>/other-help/code/
        s/<slug:key>/other-time/ s/<slug:key>/door/ s/<slug:key>/again/ s/<slug:key>/not-again/ s/<slug:key>/book-again/
        s/<slug:key>/photos/<uuid:photo_id>/ s/<slug:key>/case/photos/<uuid:photo_id>/
        s/<slug:key>/helper/<uuid:face_id>/
        s/<slug:key>/follow-up/ s/<slug:key>/follow-up/code/ s/<slug:key>/follow-up/decline/ s/<slug:key>/others/
        s/<slug:key>/help/ help/<slug:inquiry_key>/
        s/<slug:key>/talk/ s/<slug:key>/change/ s/<slug:key>/change/code/ s/<slug:key>/change/decline/
        s/<slug:key>/time/ s/<slug:key>/time/<slug:word>/ s/<slug:key>/time/approve/ s/<slug:key>/withdraw/
    """,
    Who.WHO_HAS_THE_LINK_LATER: """
        o/<slug:key>/ o/<slug:key>/accept/ o/<slug:key>/decline/
        bank/pay/<str:page_id>/ bank/pay/<str:page_id>/secure/ app/calendar/<slug:key>.ics
        shop/products/<uuid:product_id>/ shop/orders/<uuid:order_id>/ hooks/shop/<slug:slug>/
    """,
    Who.HELPERS: """
        app/ app/live/ app/available/ app/unavailable/ app/offers/ app/earnings/ app/me/ app/me/devices/
        app/me/week/ app/me/hours/ app/me/exceptions/ app/me/exceptions/add/ app/me/exceptions/vacation/
        app/me/area/ app/me/area/home/ app/me/limits/ app/me/why/ app/kept/ app/help/
        app/me/calendars/ app/me/calendars/feed/ app/me/calendars/feed/revoke/ app/me/photo/ app/me/photo/remove/
    """,
    Who.ITS_HELPER: """
        app/offers/<slug:key>/ app/offers/<slug:key>/live/ app/offers/<slug:key>/seen/
        app/offers/<slug:key>/received/ app/offers/<slug:key>/accept/ app/offers/<slug:key>/decline/
        app/offers/<slug:key>/withdraw/ app/offers/<slug:key>/why/
        app/visits/<uuid:call_id>/ app/visits/<uuid:call_id>/live/ app/visits/<uuid:call_id>/qr.svg
        app/visits/<uuid:call_id>/contact/ app/visits/<uuid:call_id>/drop-out/ app/visits/<uuid:call_id>/tick/
        app/visits/<uuid:call_id>/step/<slug:name>/ app/visits/<uuid:call_id>/photos/
        app/visits/<uuid:call_id>/photos/<uuid:photo_id>/ app/visits/<uuid:call_id>/case/
        app/visits/<uuid:call_id>/case/photos/<uuid:photo_id>/ app/visits/<uuid:call_id>/note/
        app/visits/<uuid:call_id>/position/
        app/visits/<uuid:call_id>/change/ app/visits/<uuid:call_id>/change/take-back/
        app/visits/<uuid:call_id>/change/by-hand/ app/visits/<uuid:call_id>/sign/
        app/visits/<uuid:call_id>/talk/ app/help/<uuid:inquiry_id>/
        app/visits/<uuid:call_id>/follow-up/ app/visits/<uuid:call_id>/follow-up/take-back/
        app/visits/<uuid:call_id>/products/ app/visits/<uuid:call_id>/products/take-back/
        app/visits/<uuid:call_id>/position/ app/visits/<uuid:call_id>/kept/again/
        app/visits/<uuid:call_id>/kept/<uuid:tap_id>/put-away/
        app/visits/<uuid:call_id>/send-code/ app/visits/<uuid:call_id>/sign-off/
        app/visits/<uuid:call_id>/pick-up/failed/ app/visits/<uuid:call_id>/give/ app/visits/<uuid:call_id>/faulty/
        app/visits/<uuid:call_id>/badge/ app/visits/<uuid:call_id>/check-out/ app/visits/<uuid:call_id>/closed/
        app/visits/<uuid:call_id>/client-code/ app/visits/<uuid:call_id>/opened/
        app/visits/<uuid:call_id>/again/ app/visits/<uuid:call_id>/not-again/ app/visits/<uuid:call_id>/times/
    """,
    Who.ITS_HELPER_OR_NOTHING_HAPPENS: """
        app/me/devices/<uuid:device_id>/remove/ app/me/exceptions/<uuid:exception_id>/remove/
        app/me/calendars/<uuid:calendar_id>/remove/ app/me/calendars/<uuid:calendar_id>/read/
    """,
    Who.DESK: """
        desk/ desk/queue/ desk/calls/<uuid:call_id>/ desk/calls/<uuid:call_id>/now/
        desk/calls/<uuid:call_id>/assign/ desk/calls/<uuid:call_id>/take-away/ desk/calls/<uuid:call_id>/cancel/
        desk/calls/<uuid:call_id>/finish/ desk/calls/<uuid:call_id>/search-anew/ desk/calls/<uuid:call_id>/write-off/
        desk/messages/ desk/messages/<uuid:message_id>/ desk/messages/<uuid:message_id>/put-back/ desk/books/
        desk/points/ desk/points/new/ desk/search/ desk/search/now/ desk/calls/<uuid:call_id>/time/
        desk/risk/ desk/risk/rows/ desk/calls/<uuid:call_id>/seek/ desk/calls/<uuid:call_id>/keep/
desk/calls/<uuid:call_id>/propose/ desk/calls/<uuid:call_id>/bonus/ desk/proofs/
        desk/seats/ desk/seats/<uuid:seat_id>/reset/
        desk/voices/ desk/cases/ desk/cases/<uuid:case_id>/
        desk/faces/ desk/faces/<uuid:face_id>/leave/ desk/faces/<uuid:face_id>/take-down/
        desk/disputes/ desk/disputes/<uuid:dispute_id>/ desk/disputes/<uuid:dispute_id>/bearer/
        desk/cases/<uuid:case_id>/take/ desk/cases/<uuid:case_id>/photos/<uuid:photo_id>/
        desk/calls/<uuid:call_id>/photos/<uuid:photo_id>/
        desk/calls/<uuid:call_id>/talk/
        desk/calls/<uuid:call_id>/change/approve/ desk/calls/<uuid:call_id>/change/decline/
        desk/help/ desk/help/<uuid:inquiry_id>/ desk/help/<uuid:inquiry_id>/take/ desk/help/<uuid:inquiry_id>/close/
        desk/parcels/ desk/parcels/<uuid:pick_up_id>/unlock/
    """,
    Who.DESK_LATER: """
        desk/refunds/<uuid:refund_id>/again/
        desk/points/<uuid:weights_id>/ desk/points/<uuid:weights_id>/edit/ desk/points/<uuid:weights_id>/compared/
        desk/points/<uuid:weights_id>/discard/ desk/search/<slug:country>/<slug:slug>/
        desk/calls/<uuid:call_id>/rounds/<uuid:search_id>/<int:round_number>/
        desk/proofs/<uuid:helper_id>/ desk/proofs/<uuid:held_id>/withdraw/
    """,
    Who.COUNTERS: "branch/ branch/sales/",
    Who.ITS_BRANDS_COUNTERS: "branch/sales/<uuid:sale_id>/ branch/recommendations/<uuid:suggestion_id>/",
    Who.ITS_COUNTER: """
        branch/orders/<str:number>/ branch/pick-ups/<uuid:pick_up_id>/hand-out/
        branch/pick-ups/<uuid:pick_up_id>/other-person/ branch/pick-ups/<uuid:pick_up_id>/fault/
        branch/pick-ups/<uuid:pick_up_id>/back/
    """,
    Who.BRANDS: "api/v1/branches api/v1/catalogue api/v1/quote api/v1/slots api/v1/calls api/v1/sales",
    Who.ITS_BRAND: """
        api/v1/calls/<call_id> api/v1/calls/<call_id>/events api/v1/calls/<call_id>/cancellation
        api/v1/calls/<call_id>/cancellation/code
        api/v1/calls/<call_id>/times api/v1/calls/<call_id>/reschedule api/v1/calls/<call_id>/reschedule/answer
        api/v1/sales/<sale_id>
    """,
    Who.SIGNED_IN: """
        security/ security/app/ security/app/remove/ security/password/ security/recovery/
        security/passkeys/ security/passkeys/ask/ security/sessions/end-others/
    """,
    Who.ITS_ACCOUNT: """
        security/passkeys/<uuid:passkey_id>/rename/ security/passkeys/<uuid:passkey_id>/remove/
        security/sessions/<uuid:number>/end/
    """,
    Who.ON_THE_WAY_IN: "sign-in/code/ sign-in/begin/",
    Who.DEMONSTRATION: """
        bank/disputes/ bank/disputes/open/ bank/disputes/<slug:disputed_id>/
        be/<slug:person>/ mail/ mail/letters/ mail/<uuid:message_id>/ mail/<uuid:message_id>/paper/ clock/ look/
        tour/ tour/at-large/ tour/seat/ tour/<str:order_number>/ tour/<str:order_number>/live/
        tour/<str:order_number>/on/ tour/<str:order_number>/phone/
    """,
}
WHO_MAY = {route: who for who, routes in MAY.items() for route in routes.split()}
AT_COUNTERS = (Who.COUNTERS, Who.ITS_BRANDS_COUNTERS, Who.ITS_COUNTER)
