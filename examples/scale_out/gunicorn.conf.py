"""The settings of both instances; `run.py` adds the address and the pidfile."""

from typing import Any

from fsapi.gunicorn import post_worker_init as post_worker_init
from fsapi.gunicorn import preload_app as preload_app
from fsapi.gunicorn import when_ready as when_ready

worker_class = "gthread"
workers = 2
threads = 8
timeout = 30
graceful_timeout = 30
max_requests = 10_000
max_requests_jitter = 1_000
http_parser = "python"
forwarder_headers = ""
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """Open the pool in each worker: a connection that two processes share gives one the answers of the other."""
    from lib.database import pool

    pool.open()


def worker_exit(server: Any, worker: Any) -> None:
    """Give the connections back."""
    from lib.database import pool

    pool.close()
