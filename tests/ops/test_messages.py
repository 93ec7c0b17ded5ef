from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from mila.ops import messages


def test_every_text_of_the_source_is_translated() -> None:
    found = messages.texts_of_source()
    left = {language: messages.missing(language, found) for language in messages.COMPLETE}
    assert left == {language: [] for language in messages.COMPLETE}, "run ./run messages and translate"


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


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Où ?", "Où\u202f?"),
        ("Bloqué: rien; à 9:30, %(when)s!", "Bloqué\u202f: rien\u202f; à 9:30, %(when)s\u202f!"),
        ("de 9&nbsp;h : <b>ici\u00a0?</b>", "de 9&nbsp;h\u202f: <b>ici\u202f?</b>"),
        ("https://mila.example/?a=1", "https://mila.example/?a=1"),
        ("Quoi ?!", "Quoi ?!"),
    ],
)
def test_no_french_line_begins_with_a_mark(written: str, read: str) -> None:
    assert messages.spaced(written) == read


def test_french_is_compiled_so_and_other_languages_are_as_written(tmp_path: Path) -> None:
    compiled = []
    for language in ("fr", "it"):
        po = tmp_path / language / "LC_MESSAGES" / "django.po"
        po.parent.mkdir(parents=True)
        po.write_text(
            'msgid ""\nmsgstr ""\n\nmsgid "Where?"\nmsgid_plural "Where all?"\nmsgstr[0] "A ?"\nmsgstr[1] "B ?"\n'
        )
        messages.compile_one(po, po.with_suffix(".mo"))
        compiled.append(po.with_suffix(".mo").read_bytes().decode(errors="ignore"))
    assert [text.count("\u202f?") for text in compiled] == [2, 0]
