from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from mila.ops import messages


@pytest.mark.parametrize("language", messages.COMPLETE)
def test_every_text_of_the_source_is_translated(language: str) -> None:
    assert messages.missing(language) == [], "run ./run messages and translate"


def test_texts_of_templates_are_found_whatever_their_form(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<p>{% translate "Book a visit" %}</p>\n      {% translate "May" context "month" %}\n'
        '  {{ x|default:_("none") }}\n'
        "{% blocktranslate trimmed count n=visits|length %}\n  One visit\n{% plural %}\n  {{ n }} visits\n"
        '{% endblocktranslate %} it\'s 5 % of "all"'
    )
    found = Catalog()
    messages.add_texts(found, page)
    assert {(message.id, message.context) for message in found if message.id} == {
        ("Book a visit", None),
        ("May", "month"),
        ("none", None),
        (("One visit", "%(n)s visits"), None),
    }


def test_a_translation_survives_the_absence_of_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    with_text, without_text = Catalog(), Catalog()
    with_text.add("Book a visit")
    first = messages.updated("de", with_text)
    first["Book a visit"].string = "Besuch buchen"
    for found in (with_text, without_text, with_text):
        messages.save("de", first)
        first = messages.updated("de", found)
    assert first["Book a visit"].string == "Besuch buchen"


def test_only_a_translated_text_counts_as_translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    catalog = Catalog(locale="de")
    catalog.add("Book a visit", "Besuch buchen")
    catalog.add("Cancel", "Absagen", flags=["fuzzy"])
    catalog.add(("One visit", "%(n)s visits"), ("Ein Besuch", ""))
    messages.save("de", catalog)
    assert {message.id for message in messages.untranslated(messages.read("de"))} == {
        "Cancel",
        ("One visit", "%(n)s visits"),
    }
