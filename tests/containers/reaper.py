"""Waits until its parent has ended, then removes every container, network and volume with one of the given labels."""

import sys

import docker
from docker.errors import APIError, NotFound


def remove(client: docker.DockerClient, label: str) -> None:
    found = {"filters": {"label": label}}
    for container in client.containers.list(all=True, **found):
        _quietly(container.remove, force=True, v=True)
    for network in client.networks.list(**found):
        _quietly(network.remove)
    for volume in client.volumes.list(**found):
        _quietly(volume.remove, force=True)


def _quietly(act, **how) -> None:
    try:
        act(**how)
    except (NotFound, APIError) as fault:
        print(fault, file=sys.stderr)


if __name__ == "__main__":
    sys.stdin.read()  # the pipe is closed when its other end is dead, whatever killed it
    engine = docker.from_env(timeout=60)
    for each in sys.argv[1:]:
        remove(engine, each)
