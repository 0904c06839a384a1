"""What the application says: one JSON object a line, on standard output and in a file that the log agent ships. Never an address."""

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler

from flask import Flask

LARGEST_BYTES = 5 * 1024 * 1024
KEPT_FILES = 2
OWN_FIELDS = ("error_type", "route")
# The scrub of the log processor is the wall; this is the fence before it: nothing that looks like an address leaves the process.
GROUPS = r"[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*"
ADDRESS = re.compile(rf"\b\d{{1,3}}(?:\.\d{{1,3}}){{3}}\b|(?<![\w:])(?:(?:[0-9a-f]{{1,4}}:){{7}}[0-9a-f]{{1,4}}|(?:{GROUPS})?::(?:{GROUPS})?)(?![\w:])", re.IGNORECASE)


class JsonLine(logging.Formatter):
    """Time, level, logger, message, and of an exception only its type and where it was raised: its text may quote the visitor."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": ADDRESS.sub("[address]", record.getMessage()),
        }
        line.update({name: getattr(record, name) for name in OWN_FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[2]:
            trace = record.exc_info[2]
            while trace.tb_next:
                trace = trace.tb_next
            line["raised_at"] = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
        return json.dumps(line, ensure_ascii=True)


def write_json_lines(app: Flask) -> None:
    """Give every logger of the process one voice. `OCEAN_BODY_LOG_FOLDER` names the folder of the file; without it there is none."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stdout)]
    folder = os.environ.get("OCEAN_BODY_LOG_FOLDER")
    if folder:
        handlers.append(RotatingFileHandler(os.path.join(folder, "app.log"), maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8"))
    for handler in handlers:
        handler.setFormatter(JsonLine())
    logging.root.handlers = handlers
    logging.root.setLevel(logging.INFO)
    # The exporter complains about every failed push, at length; its warnings are enough.
    logging.getLogger("opentelemetry").setLevel(logging.WARNING)
    app.logger.handlers = []
    app.logger.propagate = True
