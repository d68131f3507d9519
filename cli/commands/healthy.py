"""`pulih healthy`: whether the service in this container is ready; the container's health check runs it."""

import json
import os
import urllib.error
import urllib.request

import click

from cli.errors import Failed, Unreachable


@click.command(
    short_help="Ask whether the service on this machine is ready.", epilog="Example: PULIH_PORT=8702 pulih healthy"
)
def healthy() -> None:
    """Ask the service at PULIH_PORT of this machine whether it is ready; exits 1 with its reason when it is not."""
    url = f"http://127.0.0.1:{os.environ.get('PULIH_PORT', '8701')}/readyz"
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=4):
            return
    except urllib.error.HTTPError as no:
        raise Failed(str(json.load(no)["detail"])) from None
    except OSError as fault:
        raise Unreachable(f"No service answers at {url} ({fault}).") from None
