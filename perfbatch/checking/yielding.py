"""Which finding keeps silent because another one names the cause.

That a check yields to another, and when, is declared with its words (words/<topic>.toml, ``yields``). The
rows that are explained so are said by the function under that pair in ``judging.excuses``. A check that the
rule book turns off still explains: who does not want to hear of a cause need not hear of what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

import numpy as np

from perfbatch.caching import cached
from perfbatch.checking.catalogue import catalogue
from perfbatch.checking.evidence import Bools, Evidence

Explained = Callable[..., Bools]
"""Evidence → the rows, of the frame that the yielding check looks at, that the other finding explains; of a
check that looks at several columns also the name of one.
"""


_excuses: dict[tuple[str, str], Explained] = {}


def excuse(id_: str, other: str) -> Callable[[Explained], Explained]:
    """The function below says where the check ``id_`` yields to ``other``.

    Raises ValueError for a pair that is not declared with the words of ``id_``, or that has its function.
    """

    def register(explained: Explained) -> Explained:
        if other not in {check.id: check.yields for check in catalogue()}.get(id_, {}):
            raise ValueError(f"words of {id_} declare no yielding to {other}")
        if (id_, other) in _excuses:
            raise ValueError(f"{id_} yields to {other} twice")
        _excuses[id_, other] = explained
        return explained

    return register


@cached(1)
def excuses() -> Mapping[tuple[str, str], Explained]:
    """Each pair: a check, the one that it yields to. Raises ValueError for one without function."""
    import_module("perfbatch.checking.judging.excuses")
    declared = {(check.id, other) for check in catalogue() for other in check.yields}
    if declared != _excuses.keys():
        raise ValueError(f"no function says where {sorted(declared - _excuses.keys())} yield")
    return _excuses


def left(id_: str, evidence: Evidence, where: Bools, *column: str) -> Bools:
    """Those rows of ``where`` on which the check ``id_`` has to speak itself; with the name of a column for
    a check that looks at several.
    """
    speaks = np.array(where, dtype=bool)
    if not speaks.any():
        return speaks
    for (one, _), explained in excuses().items():
        if one == id_:
            speaks &= ~(explained(evidence, *column) if column else evidence.recall(explained))
    return speaks
