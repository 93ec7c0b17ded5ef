"""How names of towns and postcodes are compared, and what a found position is."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from mila.kernel.place import Point

POSTCODES = {"CH": "[1-9][0-9]{3}", "DE": "[0-9]{5}", "FR": "[0-9]{5}"}
CANTONS = frozenset([
    "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE", "NW", "OW", "SG", "SH", "SO",
    "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
])  # fmt: skip
ALIKE = 0.82  # "Winterthur" and "Wintertuhr" are 0.9 alike, "Bern" and "Biel" 0.5
BARE_LETTERS = {"a": "aàáâäæ", "c": "cç", "e": "eèéêë", "i": "iìíîï", "o": "oòóôöœ", "u": "uùúûü", "y": "yÿ"}
CONNECTORS = frozenset([
    "a", "am", "an", "auf", "b", "bei", "d", "da", "de", "der", "des", "di", "du", "i", "im", "in", "l", "la",
    "le", "les", "lez", "ob", "s", "sous", "sur", "u", "und", "v", "von",
])  # fmt: skip
ALSO_CALLED = {
    "Basel": "Bâle Basilea Basle", "Bern": "Berna Berne", "Biel": "Bienne", "Chur": "Coira Coire",
    "Fribourg": "Freiburg Friburgo", "Genève": "Geneva Genf Ginevra", "Luzern": "Lucerna Lucerne",
    "Neuchâtel": "Neuenburg", "Sion": "Sitten", "Solothurn": "Soleure Soletta", "St. Gallen": "Saint-Gall",
    "Zürich": "Zurigo", "Köln": "Cologne", "München": "Munich Monaco", "Nürnberg": "Nuremberg",
    "Strasbourg": "Strassburg", "Lyon": "Lione", "Marseille": "Marsiglia", "Nice": "Nizza",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """What a customer typed: enough to find a door; `country` is ISO 3166-1 alpha-2."""

    country: str
    postcode: str
    town: str
    street: str = ""
    house_number: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A position in degrees, with the radius in metres within which the true door lies."""

    latitude: float
    longitude: float
    accuracy_m: int
    region: str
    town: str

    @property
    def point(self) -> Point:
        """The position alone."""
        return Point(latitude=self.latitude, longitude=self.longitude)


@dataclass(frozen=True, slots=True)
class Spot:
    """One row of a gazetteer before it is stored: a postcode, one of its places, where it lies."""

    postcode: str
    name: str
    region: str
    latitude: float
    longitude: float
    accuracy_m: int


def is_postcode(text: str, *, country: str) -> bool:
    """Say whether the text has the form of a postcode of that country."""
    return re.fullmatch(POSTCODES.get(country, r"[A-Z0-9 -]{2,10}"), clean_postcode(text)) is not None


def clean_postcode(text: str) -> str:
    """Return the postcode as letters and digits alone, without a country prefix such as "CH-"."""
    return re.sub(r"^[A-Z]{1,2}-(?=\d)|[^A-Z0-9]", "", text.strip().upper())


def normalise_town(name: str) -> str:
    """Return the name as a key: no accents, no canton, no post-office number, one spelling of saints and umlauts."""
    words = re.sub(r"\([^)]*\)|\s+\d+$", " ", name.strip()).split()
    if len(words) > 1 and words[-1] in CANTONS:
        words.pop()
    plain = unicodedata.normalize("NFKD", " ".join(words)).casefold().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"[^a-z0-9]+", " ", re.sub(r"([aou])e+", r"\1", plain)).strip()
    plain = re.sub(r"( \d+)+$", "", plain)
    return re.sub(r"\b(saint|sankt|sainte|ste|sant|santa|san|sint)\b", "st", plain)


def loosened(name: str) -> str:
    """Return the key of a name without its small words: "Buch b. Frauenfeld" equals "Buch bei Frauenfeld"."""
    words = [word for word in normalise_town(name).split() if word not in CONNECTORS]
    return " ".join(words)


EXONYMS = {
    normalise_town(foreign): normalise_town(name)
    for name, foreigns in ALSO_CALLED.items()
    for foreign in foreigns.split()
}


def keys_of(name: str) -> frozenset[str]:
    """Return the key of a name, and that of its own-language name where the given one is foreign."""
    key = normalise_town(name)
    return frozenset((key, EXONYMS.get(key, key))) - {""}


def likeness(typed: str, name: str) -> float:
    """Return how alike two towns are: 1 the same, 0 nothing in common."""
    pairs = [(one, other) for one in keys_of(typed) for other in keys_of(name)]
    return max((_alike(one, other) for one, other in pairs), default=0.0)


def same_town(typed: str, name: str) -> bool:
    """Say whether somebody who typed the one may have meant the other (spelling, language, a slip of the finger)."""
    return likeness(typed, name) >= ALIKE


def prefix_pattern(text: str) -> str:
    """Return a regular expression for names that begin like the text, whatever its accents or language.

    Understood by PostgreSQL and Python alike, to be matched without regard to case.
    """
    written = sorted("[^a-z0-9]+".join(_word(word) for word in key.split()) for key in keys_of(text))
    return "^(" + "|".join(written) + ")" if written else "^$"


def _alike(one: str, other: str) -> float:
    if one == other or loosened(one) == loosened(other) != "":
        return 1.0
    if f"{one} ".startswith(f"{other} ") or f"{other} ".startswith(f"{one} "):
        return 0.95
    return SequenceMatcher(None, one, other).ratio()


def _word(word: str) -> str:
    if word == "st":
        return r"(saint|sainte|sankt|santa|san|ste|st)\.?"
    return "".join(_letter(letter) for letter in word).replace("ss", "(ss|ß)")


def _letter(letter: str) -> str:
    written = f"[{BARE_LETTERS[letter]}]" if letter in BARE_LETTERS else letter
    return f"{written}e?" if letter in "aou" else written
