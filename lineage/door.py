"""The command line's door: where results leave, and where exceptions become exit codes.

Every exception ends here as one line on standard error, escaped, and a code; ``LINEAGE_DEBUG=1``
adds the traceback of a fault of our own.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn

import click

from lineage.escape import safe_lines, safe_text, without_secrets

if TYPE_CHECKING:
    from types import FrameType

# The numbers of lineage.policy.Exit, which a bare `lineage --help` need not load.
_USAGE, _INCOMPLETE, _INTERRUPTED = 2, 3, 130


def run(command: click.Command) -> NoReturn:
    """Run a command and exit with its code."""
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(_code_of(command))


def emit(text: str) -> None:
    """Print a result on standard output; a reader that has gone away is no error.

    What the stream's encoding cannot show is escaped.

    Raises:
        DestinationError: it cannot be written there.
    """
    from lineage.destinations import DestinationError

    if sys.stdout is None:  # started with its standard output closed
        return
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
    except OSError as error:
        _forget_stdout()
        raise DestinationError(f"standard output cannot be written: {error.strerror}") from error


def tell(line: str) -> None:
    """Print one line on standard error, escaped and without the secrets of URLs."""
    click.echo(safe_text(without_secrets(line)), err=True)


def _code_of(command: click.Command) -> int:
    try:
        code = command.main(prog_name="lineage", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        tell("Interrupted; nothing was concluded.")
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of the help text has gone away
        _forget_stdout()
        return 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return _USAGE
    except click.ClickException as error:
        _tell_usage(error)
        return _USAGE
    except Exception as error:  # noqa: BLE001 - the door's purpose
        return _told(error)
    return code if isinstance(code, int) else 0


def _tell_usage(error: click.ClickException) -> None:
    tell(error.format_message())
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context:
        tell(f"{context.command_path} --help shows what is accepted.")


def _told(error: Exception) -> int:
    """Say in one line what went wrong; return the exit code."""
    try:
        from lineage.catalogue import CatalogueError
        from lineage.destinations import DestinationError
        from lineage.given import GivenError
        from lineage.joining.model import JoinError
        from lineage.licencebook.errors import UnknownLicenceError
        from lineage.policy.terms import PolicyError
        from lineage.profile import ProfileError
        from lineage.readback import ReportError
        from lineage.rulebook import UnknownRuleError
        from lineage.sources import TargetError, UnreachableError
    except ImportError as broken:  # an installation that lacks a part
        return _apologise(broken)
    match error:
        case (
            TargetError()
            | CatalogueError()
            | DestinationError()
            | GivenError()
            | JoinError()
            | PolicyError()
            | ProfileError()
            | ReportError()
            | UnknownLicenceError()
            | UnknownRuleError()
        ):
            tell(str(error))
            return _USAGE
        case UnreachableError():
            tell(str(error))
            return _INCOMPLETE
        case _:
            return _apologise(error)


def _apologise(error: Exception) -> int:
    if os.environ.get("LINEAGE_DEBUG"):
        click.echo(safe_lines("".join(traceback.format_exception(error))), err=True)
    tell(
        f"Sorry: lineage failed by a fault of its own ({type(error).__name__}) and claims nothing "
        "about the target; LINEAGE_DEBUG=1 shows where."
    )
    return _INCOMPLETE


def _forget_stdout() -> None:
    """Point standard output nowhere, so that the interpreter's last flush does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """Let a termination unwind like Ctrl-C, so that temporary files go."""
    raise KeyboardInterrupt
