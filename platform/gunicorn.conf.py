"""How gunicorn serves Ocean-Body: one worker with threads, because metrics of several workers would be several processes."""

import os

wsgi_app = "ocean_body:create_app()"
bind = os.environ.get("OCEAN_BODY_BIND", "0.0.0.0:8000")
workers = 1
threads = 16
worker_class = "gthread"
# Heartbeats in memory: the root of the container is read-only.
worker_tmp_dir = "/dev/shm"
timeout = 30
graceful_timeout = 10
keepalive = 65
limit_request_line = 4096
limit_request_fields = 60
limit_request_field_size = 8190
# nginx writes the access log; a second one would hold addresses again.
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def post_fork(server, worker):
    """The first moment at which a thread of ours lives as long as the worker."""
    from ocean_body import errors, telemetry

    telemetry.start(errors.ALL_KINDS)
