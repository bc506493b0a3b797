"""The child process that prints files: one of several, each on a processor of its own.

Reads ``(batch, heads)`` on standard input and answers with the prints on standard output, as
``multiprocessing`` writes objects. Ends when its input ends. Started as a module, because a pool of
``multiprocessing`` would run the script of whoever calls this package once more in each process.

Run as ``python -m lineage.code.print_worker``; nothing imports it.
"""

from __future__ import annotations

import os
import resource
from multiprocessing.connection import Connection

from lineage.code.printing import prints_of

#: A file of 4 MiB takes some hundred MiB at the most.
_ADDRESS_SPACE = 8 << 30


def main() -> None:
    """Answer until the input ends."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = _ADDRESS_SPACE if most == resource.RLIM_INFINITY else min(_ADDRESS_SPACE, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, most))
    # Whatever the libraries print must not end up between two answers.
    answers = Connection(os.dup(1), readable=False)
    os.dup2(2, 1)
    asked = Connection(os.dup(0), writable=False)
    while True:
        try:
            batch, heads = asked.recv()
        except (EOFError, OSError):
            return
        answers.send(prints_of(batch, heads=heads))


if __name__ == "__main__":
    main()
