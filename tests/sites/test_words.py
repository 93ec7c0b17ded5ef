"""Words for templates."""

import pytest

from mila.sites.templatetags.words import whole


@pytest.mark.parametrize(
    ("heading", "shown"),
    [("Wi-Fi einrichten", "Wi\u2011Fi einrichten"), ("E-Mail", "E\u2011Mail"), ("Smart-Home", "Smart-Home")],
)
def test_a_short_compound_is_not_broken_at_its_hyphen(heading: str, shown: str) -> None:
    assert whole(heading) == shown
