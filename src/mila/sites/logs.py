"""Log lines: one JSON object each, with nothing in it that names a person or opens a door."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import extract_tb

request_id: ContextVar[str] = ContextVar("request_id", default="")

# Whose sentences are put together here, or name machines only.
TRUSTED = {"mila", "psycopg"}


class JsonLines(logging.Formatter):
    """Writes a record as one line: time, level, logger, event, what the record's `facts` say, and the request's id.

    Of a foreign logger only the pattern of its sentence is written, for Django puts addresses (and with them keys) into
    it. Of an exception, kind and places in the source are written, never its words: a database quotes whole rows.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
            "event": _event(record),
            **getattr(record, "facts", {}),
        }
        if known := request_id.get():
            line.setdefault("request", known)
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            line["where"] = [f"{at.filename}:{at.lineno} {at.name}" for at in extract_tb(record.exc_info[2])]
        return json.dumps(line, default=str, ensure_ascii=False)


def _event(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] in TRUSTED:
        return record.getMessage()
    # Django's security loggers hand over a finished sentence with what somebody typed in it.
    return record.name if record.name.startswith("django.security") else str(record.msg)
