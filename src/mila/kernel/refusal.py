"""A refusal: something the house will not do, said in a sentence the person may read."""

from typing import ClassVar

from django.utils.functional import Promise

Sentence = str | Promise


class Refusal(Exception):
    """Something that cannot be done now, anticipated and explained; never a fault of the program.

    Subclasses set `code` (stable, for programs), `sentence` (translated, for people) and `status`
    (the HTTP status a door answers with); `field` names the input that it stands beside, where one does.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: Sentence = "That is not possible now."
    field: str | None = None

    def __init__(self, sentence: Sentence | None = None, *, field: str | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        if field is not None:
            self.field = field
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.sentence)
