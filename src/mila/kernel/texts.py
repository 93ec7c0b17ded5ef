"""Texts of rows in several languages: a mapping from language to text, with an honest fallback."""

from collections.abc import Mapping

LANGUAGES = ("de", "fr", "it", "en")

Texts = Mapping[str, str]


def say(texts: Texts, language: str) -> str:
    """Return the text in the language (`de-ch` counts as `de`), else English, else any there is."""
    wanted = (language or "en").split("-")[0]
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")
