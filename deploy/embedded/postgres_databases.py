"""Makes a new PostgreSQL, and in it a database for each service that no other service can enter."""

import os
from collections.abc import Mapping
from pathlib import Path
from shutil import rmtree

from deploy.embedded import system_user
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.postgres_programs import PACKAGE, run

SUPERUSER = "postgres"
HBA = f"host all all {LOOPBACK}/32 scram-sha-256\n"
"""Who may connect: over TCP on this machine, always with a password."""


def make_data_folder(data: Path, password: str) -> None:
    """Make a data folder under another name, then rename it: a kill half-way leaves nothing that looks complete."""
    new, note = data.with_name("data.new"), data.with_name("password.new")
    rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    note.touch(mode=0o600)
    note.write_text(password)
    user = system_user.owner_of(data)
    if user:
        system_user.let_in(user, PACKAGE, new)
        os.chown(note, user.pw_uid, user.pw_gid)
    try:
        run(
            *("initdb", "-D", str(new), "-U", SUPERUSER, "--pwfile", str(note), "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            user=user,
        )
    finally:
        note.unlink()
    (new / "pg_hba.conf").write_text(HBA)
    new.rename(data)


def make_databases(port: int, superuser: str, services: Mapping[str, str]) -> None:
    """Make a role and a database for each service (name -> password). Done again, it changes nothing."""
    statements = "\n".join(_role_and_database(service, password) for service, password in services.items())
    run(
        *("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", LOOPBACK, "-p", str(port), "-U", SUPERUSER, "-d", SUPERUSER),
        password=superuser,
        reads=f"REVOKE CONNECT, TEMPORARY ON DATABASE {SUPERUSER}, template1 FROM PUBLIC;\n{statements}",
    )


def _role_and_database(service: str, password: str) -> str:
    return f"""
        SELECT 'CREATE ROLE {service} LOGIN'
            WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{service}') \\gexec
        ALTER ROLE {service} PASSWORD '{password}';
        SELECT 'CREATE DATABASE {service} OWNER {service}'
            WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{service}') \\gexec
        REVOKE ALL ON DATABASE {service} FROM PUBLIC;
    """
