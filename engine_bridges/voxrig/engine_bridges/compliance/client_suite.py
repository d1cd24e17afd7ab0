"""Every rule that a client must keep, tried on one."""

from collections.abc import Callable, Iterator

from voxrig.engine_bridges.compliance import client_conversations, client_playout, client_scripted
from voxrig.engine_bridges.compliance.client_subject import Subject
from voxrig.engine_bridges.compliance.rule import Finding, run

ClientCase = Callable[[Subject], None]

LIVE: tuple[ClientCase, ...] = (*client_conversations.CASES, *client_scripted.CASES)
PLAYOUT: tuple[ClientCase, ...] = client_playout.CASES


def try_client(subject: Subject) -> Iterator[Finding]:
    """Try every rule on a client, and yield what came of each."""
    return run((*LIVE, *PLAYOUT), subject)
