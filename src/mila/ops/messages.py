"""Translation catalogs without GNU gettext: collects the texts of templates and Python, updates `.po`, makes `.mo`."""

import io
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import TranslatorCommentWarning, template

from mila.ops import state

SOURCE = state.ROOT / "src" / "mila"
LOCALE = SOURCE / "locale"
LANGUAGES = ("de", "fr", "it")
# Languages that a text may not be missing in; tests/ops/test_messages.py holds us to it.
COMPLETE = ("de", "fr", "it")
TEMPLATES = {".html", ".txt"}
NO_BREAK = "\u202f"  # the narrow one
# A reference such as &nbsp; stays as it is; a mark ends a word where no letter or digit follows, as in 9:30 or https://.
MARK = re.compile(r"(&#?\w+;)|(?<=[^\s;:!?(])[ \u00a0\u202f]*([;:!?])(?=[\s\u00a0\u202f<)»”]|$)")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def main(arguments: Sequence[str]) -> int:
    """Brings every catalog up to date and says what is left to translate."""
    found = texts_of_source()
    for language in LANGUAGES:
        catalog = updated(language, found)
        save(language, catalog)
        left = list(untranslated(catalog))
        print(f"{language}: {len(catalog)} texts, {len(left)} to translate")
    compile_all()
    return 0


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def texts_of_source() -> Catalog:
    """All texts that the source asks to be translated."""
    found = Catalog()
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in path.parts):
            add_texts(found, path)
    return found


def add_texts(found: Catalog, path: Path) -> None:
    text = path.read_text() if path.suffix == ".py" else as_python(path)
    for _line, texts, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        found.add(texts, context=context)


def as_python(path: Path) -> str:
    """A template as Python calls, line by line without indentation, which would mean something."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TranslatorCommentWarning)
        calls = template.templatize(path.read_text(), origin=str(path))
    return "\n".join(line.strip() for line in calls.splitlines())


def read(language: str) -> Catalog:
    """The catalog of a language as it is on disk, empty when there is none."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, found: Catalog) -> Catalog:
    """The language's catalog with the texts of the source; translations no longer used are kept as obsolete."""
    catalog = read(language)
    for message in list(catalog.obsolete.values()):
        catalog[message.id] = message
    catalog.obsolete.clear()
    catalog.update(found, no_fuzzy_matching=True)
    for key in [key for key, message in catalog.obsolete.items() if not translated(message)]:
        del catalog.obsolete[key]
    return catalog


def save(language: str, catalog: Catalog) -> None:
    """Writes the catalog so that a change shows as the lines it changes: sorted, no places, a header that stays."""
    body = io.BytesIO()
    write_po(body, catalog, width=120, no_location=True, omit_header=True, sort_output=True)
    lines = (
        f"Language: {language}",
        "Content-Type: text/plain; charset=utf-8",
        f"Plural-Forms: {catalog.plural_forms}",
    )
    head = "".join(f'"{line}\\n"\n' for line in lines)
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'msgid ""\nmsgstr ""\n{head}\n{body.getvalue().decode()}')


def untranslated(catalog: Catalog) -> Iterator[Message]:
    """Texts without a finished translation."""
    return (message for message in catalog if message.id and not translated(message))


def translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(strings) and all(strings) and not message.fuzzy


def missing(language: str, found: Catalog) -> list[str]:
    """Those of the texts that the language's catalog does not have, or not translated."""
    catalog = read(language)
    return sorted(str(text.id) for text in found if text.id and not has(catalog, text))


def has(catalog: Catalog, text: Message) -> bool:
    name = text.id[0] if isinstance(text.id, list | tuple) else text.id
    known = catalog.get(name, text.context)
    return known is not None and translated(known)


def compile_all() -> None:
    """Makes the `.mo` file of every catalog that has changed since, or that other rules have made."""
    for po in changed():
        compile_one(po, po.with_suffix(".mo"))


def changed() -> list[Path]:
    """The catalogs that have to be made into `.mo` files."""
    rules = Path(__file__).stat().st_mtime
    found = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
    return [po for po in found if _is_older(po.with_suffix(".mo"), max(po.stat().st_mtime, rules))]


def _is_older(mo: Path, than: float) -> bool:
    return not mo.exists() or mo.stat().st_mtime < than


def compile_one(po: Path, mo: Path) -> None:
    with po.open("rb") as file:
        catalog = read_po(file, locale=po.parts[-3])
    if po.parts[-3] == "fr":
        put_spaces(catalog)
    half = mo.with_suffix(f".{os.getpid()}")
    with half.open("wb") as file:
        write_mo(file, catalog)
    half.rename(mo)


def put_spaces(catalog: Catalog) -> None:
    for message in catalog:
        if isinstance(message.string, str):
            message.string = spaced(message.string)
        elif message.string:
            message.string = tuple(map(spaced, message.string))


def spaced(text: str) -> str:
    """A French text with what French typography asks for before ; : ! ? – a space at which no line ends."""
    return MARK.sub(lambda found: found[1] or NO_BREAK + found[2], text)
