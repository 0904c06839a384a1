"""The JSON API: health, stories, and a dive that takes its time."""

import time

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from .dive import DEEPEST_METRES, dive_to
from .stories import BY_SLUG, STORIES

api = Blueprint("api", __name__, url_prefix="/api")

SLOWEST_SECONDS = 2.5


@api.get("/health")
def health() -> ResponseReturnValue:
    """Whether this process answers. It asks nothing else, so that a slow neighbour does not make it look ill."""
    return jsonify(status="ok")


@api.get("/stories")
def stories() -> ResponseReturnValue:
    """Every story with its address."""
    return jsonify(stories=[{"slug": story.slug, "title": story.title, "line": story.line, "page": f"/stories/{story.slug}"} for story in STORIES])


@api.get("/stories/<slug>")
def story(slug: str) -> ResponseReturnValue:
    """One whole story."""
    if slug not in BY_SLUG:
        abort(404)
    return jsonify(vars(BY_SLUG[slug]))


@api.get("/dive")
def dive() -> ResponseReturnValue:
    """A dive to `?metres=` (whole, 0 to 10,935). The deeper the later the answer, up to 2.5 s: the slow route that latency panels and drills need."""
    text = request.args.get("metres", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= DEEPEST_METRES):
        abort(400, f"`metres` is a whole number from 0 to {DEEPEST_METRES}")
    metres = int(text)
    time.sleep(SLOWEST_SECONDS * metres / DEEPEST_METRES)
    return jsonify(dive_to(metres))
