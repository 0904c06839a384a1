"""Turns every failure into a page or a JSON answer, and counts it by kind: `app_errors_total`."""

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from .telemetry import count_error

# Every kind that the counter may show: a closed list, so that nobody can make series. 499 and the like are nginx's to count.
KINDS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "wrong_type"}
OTHER_CLIENT = "client_other"
OTHER_SERVER = "server_other"
UNEXPECTED = "unexpected"
ALL_KINDS = (*KINDS.values(), OTHER_CLIENT, OTHER_SERVER, UNEXPECTED)


def count_by_kind(app: Flask) -> None:
    """Register the handlers. What is thrown on purpose keeps its status; what nobody expected is 500, and its text stays in our log."""

    @app.errorhandler(HTTPException)
    def expected(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        count_error(KINDS.get(status, OTHER_CLIENT if status < 500 else OTHER_SERVER))
        return answer(status, error.description if status == 400 else error.name)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        count_error(UNEXPECTED)
        app.logger.error("a request failed", extra={"error_type": type(error).__name__, "route": route()}, exc_info=error)
        return answer(500, "Something broke on our side")


def route() -> str:
    """The rule that matched, never the address that was asked: addresses hold names."""
    return request.url_rule.rule if request.url_rule else "none"


def answer(status: int, message: str | None) -> ResponseReturnValue:
    """JSON below /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return jsonify(error=message, status=status), status
    return render_template("error.html", status=status, message=message), status
