"""`docker compose` as it is typed, under a project name of its own and at free ports."""

import json
import os
import subprocess
import sys
from pathlib import Path

from deploy.embedded.plan import PRACTICE
from deploy.embedded.ports import LOOPBACK, free_port
from shared.topology import SERVICES
from tests.containers.engine import ROOT, Engine

IMAGE_TAG = "tests"


class Composed:
    """One project of `docker-compose.yml`."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.env_file = folder / "compose.env"
        subprocess.run([sys.executable, ROOT / "deploy" / "env", self.env_file], check=True, capture_output=True)
        self.secrets = dict(
            line.split("=", 1) for line in self.env_file.read_text().splitlines() if "=" in line and line[0] != "#"
        )
        self.words = ["docker", "compose", "--project-name", engine.project, "--env-file", str(self.env_file)]
        self.ports = {service: free_port() for service in SERVICES}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PULIH_")},
            "PULIH_VERSION": IMAGE_TAG,
            **PRACTICE,
            "PULIH_KEYS_FOLDER": str(folder / "keys"),
            "PULIH_PROMETHEUS_PORT": str(free_port()),
            **{f"PULIH_{service.upper()}_PORT": str(port) for service, port in self.ports.items()},
        }

    @property
    def operator_key(self) -> str:
        return self.secrets["PULIH_OPERATOR_KEY"]

    def __call__(self, *words: str, code: int = 0, seconds: float = 300) -> str:
        """Run `docker compose WORDS` and give what it printed."""
        done = subprocess.run(
            [*self.words, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == code, (words, done.returncode, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout

    def url(self, service: str) -> str:
        """Where a service answers, through the proxy."""
        return f"http://{LOOPBACK}:{self.ports[service]}"

    def metrics(self, service: str, nth: int) -> str:
        """Give the metrics of one instance, asked from within."""
        asks = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8701/metrics').read().decode())"
        return self("exec", "-T", "--index", str(nth), service, "python", "-c", asks)

    def pulih(self, *words: str, code: int = 0) -> str:
        """Run the `pulih` command on this machine, with the addresses of this project."""
        urls = {f"PULIH_{service.upper()}_URL": self.url(service) for service in SERVICES}
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *words],
            cwd=ROOT,
            env={**self.environment, **urls, "PULIH_OPERATOR_KEY": self.operator_key},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, (words, done.returncode, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout

    def ask(self, sql: str, *, role: str, database: str) -> tuple[int, str]:
        """Ask PostgreSQL from within the project's network, as a role; gives psql's exit code and what it said."""
        password = self.secrets[f"PULIH_{role.upper()}_PASSWORD"]
        words = ["exec", "-T", "-e", f"PGPASSWORD={password}", "postgres", "psql", "-h", "postgres"]
        done = subprocess.run(
            [*self.words, *words, "-U", role, "-d", database, "-Atqc", sql],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, (done.stdout + done.stderr).strip()

    def containers(self) -> list[dict]:
        return [json.loads(line) for line in self("ps", "--all", "--format", "json").splitlines()]
