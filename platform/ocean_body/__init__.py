"""Ocean-Body: a small site about what the sea and the human body have in common; the first platform that Tidewatch watches."""

from flask import Flask

from . import api, errors, logs, pages, telemetry

VERSION = "1.0.0"


def create_app() -> Flask:
    """Build the application with its pages, its JSON API and its error handlers; telemetry is started apart, once for each worker."""
    app = Flask(__name__)
    # Nothing here takes a body: whoever sends one gets 413 and not our memory.
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    app.json.sort_keys = False
    logs.write_json_lines(app)
    app.register_blueprint(pages.pages)
    app.register_blueprint(api.api)
    errors.count_by_kind(app)
    telemetry.instrument(app)
    return app
