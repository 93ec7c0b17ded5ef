"""Why a calendar cannot be read."""


class CalendarFault(Exception):
    """A calendar cannot be read; `code` says why, in a word that the app has a sentence for.

    `address` (not one that may be asked), `away` (no answer), `answer` (another answer than a calendar's), `big`
    (more than is read), `unreadable` (no calendar, or one that never ends).
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
