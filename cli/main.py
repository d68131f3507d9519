"""The entry point of `pulih`: finds the command, and turns every error into one sentence and an exit code."""

import os
import sys
from collections.abc import Sequence

import click

from cli.lazy_group import LazyGroup

FAULT, INTERRUPTED = 70, 130
"""Exit codes: a fault of ours (EX_SOFTWARE), and Ctrl-C."""


@click.group(
    cls=LazyGroup,
    commands_in={
        "demo": "cli.commands.demo:demo",
        "up": "cli.commands.up:up",
        "agency": "cli.commands.agency:agency",
        "operator": "cli.commands.operator:operator",
        "post": "cli.commands.post:post",
        "journey": "cli.commands.journey:journey",
        "access": "cli.commands.access:access",
        "explain": "cli.commands.explain:explain",
        "subject": "cli.commands.subject:subject",
        "status": "cli.commands.status:status",
        "clock": "cli.commands.clock:clock",
        "verify": "cli.commands.verify:verify",
        "dlq": "cli.commands.dlq:dlq",
        "replay": "cli.commands.replay:replay",
        "restore": "cli.commands.restore:restore",
        "serve": "cli.commands.serve:serve",
        "topics": "cli.commands.topics:topics",
        "healthy": "cli.commands.healthy:healthy",
        "proxy": "cli.commands.proxy:proxy",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    no_args_is_help=True,
    epilog="""\b
    Example:
      pulih demo          a programme from layoff to placement, in under a minute
      pulih up            all of Pulih on this machine, until Ctrl-C
    """,
)
@click.version_option(package_name="pulih", prog_name="pulih")
def pulih() -> None:
    """No worker falls between two offices."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end with its exit code: 0 yes, 1 no, 2 usage, 3 unreachable, 70 a fault of ours, 130 Ctrl-C.

    With `PULIH_DEBUG=1` a fault of ours ends with its traceback.
    """
    code = 0
    try:
        answer = pulih.main(arguments, prog_name="pulih", standalone_mode=False)
        code = answer if isinstance(answer, int) else 0
    except click.ClickException as error:
        click.echo(_sentence(error), err=True)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except Exception as fault:
        if os.environ.get("PULIH_DEBUG"):
            raise
        click.echo(f"Something failed here ({type(fault).__name__}); PULIH_DEBUG=1 shows where.", err=True)
        code = FAULT
    sys.exit(code)


def _sentence(error: click.ClickException) -> str:
    """Give the error as one line, where click would print a list or a help page."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    sentence = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and error.ctx:
        sentence = f"{sentence.rstrip('.')}. See `{error.ctx.command_path} --help`."
    return sentence


if __name__ == "__main__":
    main()
