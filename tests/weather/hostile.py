"""What a form is fed with: words, bodies and headers that nobody means well with."""

MARK = "<img src=x onerror=alert(7)>"
WORDS = (
    f"\"'></textarea>{MARK}",
    "{{ 7*7 }}{% debug %}${7*7}<%= 7*7 %>",
    "a\x00b",
    "\u202eevil\u2066",
    "\u200b\u200b\ufeff",
    "😀 👨‍👩‍👧",
    "Robert'); drop table booking_servicecall;--",
    "x\r\nBcc: all@example.org\r\n\r\nhello",
    "../../../etc/passwd",
    "%00%ff%n%s",
    "-1",
    "9" * 5000,
    "1e400",
    "NaN",
    "٣",
    "9999-12-31T23:59:59+14:00",
    "9999-12-31",
    "0001-01-01T00:00:00-14:00",
    "24:00",
    "00000000-0000-0000-0000-000000000000",
    "z" * 70_000,
    "a@" + "b" * 300 + ".example",
)
# Each field alone, beside what the form says by itself: it comes further than a form that is wrong all over.
ALONE = (
    WORDS[0], WORDS[2], "x\r\nBcc: all@example.org", "9" * 30, "-1", "9999-12-31", "0001-01-01",
    "9999-12-31T23:59:59+14:00", "½", "",
)  # fmt: skip
FORM, JSON, PARTS = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"
BODIES = (
    (b"{name}=%ed%a0%80", FORM),  # half of a surrogate pair
    (b"{name}=%ff%fe&%00=%00", FORM),
    (b"{name}=\xff\xfe\x00", FORM + "; charset=utf-16"),
    (b"{name}=b", FORM + "; charset=no-such-thing"),
    (b'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n\xff', PARTS),
    (b'--x\r\nContent-Disposition: form-data; name="{name}"; filename="a"\r\n\r\nb\r\n--x--', PARTS),
    (b"nothing", "multipart/form-data"),
    (b"", "multipart/form-data; boundary="),
    (b"[" * 20_000, JSON),
    (b'{"{name}":' * 2_000 + b"1" + b"}" * 2_000, JSON),
    (b"null", JSON),
    (b'"\xff', JSON),
    (b"<a/>", "text/xml"),
    (b"{name}=" + b"y" * 1_100_000, FORM),
    (b"&".join(b"{name}=1" for _ in range(300)), FORM),
)
HEADERS = ("accept-language", "x-request-id", "referer", "user-agent", "hx-request", "cookie", "last-event-id")
