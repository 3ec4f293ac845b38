"""The record of decisions as lines, each complete in itself: in 数据/decisions.csv and in 审核待办.

ASCII, so that a file which somebody opened and saved in another encoding still holds them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from perfbatch.season.confirming import key_of_pair, pair_of_key
from perfbatch.season.decisions import FIELDS, About, Entry, Item, Key, Lost, Record, Refusal, Rival


def lines_of(record: Record) -> Iterator[tuple[str, Item | None]]:
    """Every line of a record, with what it is about; None for what no person need see."""
    for key in record.entries:
        yield line_of(key, record), key
    several: list[Item] = [*record.rivals, *record.refusals, *record.lost]
    for item in several:
        yield line_of(item, record), item
    for pair, yes in record.confirmed.items():
        yield _json({"pair": key_of_pair(pair), "yes": yes}), None
    for digest in sorted(record.seen):
        yield _json({"seen": digest}), None


def completed(lines: Iterable[str]) -> str:
    """The last line of a record: it says which stand before it."""
    return _json({"all": hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()})


def is_complete(lines: Sequence[str]) -> bool:
    """Whether these are all lines of a record, in any order."""
    ends = [line for line in lines if line.startswith('{"all"')]
    return ends == [completed(line for line in lines if line not in ends)]


def line_of(item: Item, record: Record) -> str:
    """The line of one item."""
    match item:
        case Rival():
            return _json({"rival": [*item.key], "field": item.field, "value": item.value,
                          "about": [*item.about], "source": item.source})  # fmt: skip
        case Refusal():
            return _json({"refused": [*item.key], "value": item.value, "about": [*item.about],
                          "source": item.source, "why": item.why, "points": item.points})  # fmt: skip
        case Lost():
            return _json({"lost": [*item.values], "about": [*item.about], "why": item.why,
                          "source": item.source})  # fmt: skip
        case _:
            entry = record.entries[item]
            return _json({"key": [*item], "values": [*entry.values], "sources": [*entry.sources],
                          "about": [*entry.about], "again": entry.again})  # fmt: skip


def item_of(line: str) -> Item | None:
    """What a line is about; None for no line of ours."""
    found = Record()
    put(line, found)
    several: list[Item] = [*found.entries, *found.rivals, *found.refusals, *found.lost]
    return several[0] if several else None


def put(line: str, record: Record) -> bool:
    """Add what a line says to ``record``; False for no line of ours."""
    try:
        said = json.loads(line)
        if "key" in said:
            entry = Entry(
                _values(said["values"]), _values(said["sources"]), _about(said), bool(said["again"])
            )
            record.entries[_key(said["key"])] = entry
        elif "rival" in said:
            name = said["field"]
            record.rivals.append(
                Rival(_key(said["rival"]), FIELDS[FIELDS.index(name)], _text(said["value"]), _about(said),
                      _text(said["source"]))
            )  # fmt: skip
        elif "refused" in said:
            texts = [_text(said[name]) for name in ("source", "why", "points")]
            record.refusals.append(Refusal(_key(said["refused"]), _text(said["value"]), _about(said), *texts))
        elif "lost" in said:
            record.lost.append(
                Lost(_values(said["lost"]), _about(said), _text(said["why"]), _text(said["source"]))
            )
        elif "pair" in said:
            pair = pair_of_key(_text(said["pair"]))
            if pair is None:
                return False
            record.confirmed[pair] = bool(said["yes"])
        elif "seen" in said:
            record.seen.add(_text(said["seen"]))
        else:
            return "all" in said
    except (ValueError, TypeError, LookupError, RecursionError):
        return False
    return True


def identity(record: Record) -> str:
    """The same for two records exactly if the same follows from them."""
    lines = sorted(line for line, _ in lines_of(record) if not line.startswith('{"seen"'))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _json(said: Any) -> str:
    return json.dumps(said, separators=(",", ":"))


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError(f"{said!r}: no text")
    return said


def _texts(said: Iterable[Any], count: int) -> tuple[str, ...]:
    texts = tuple(map(_text, said))
    if len(texts) != count:
        raise ValueError(f"{len(texts)} texts for {count}")
    return texts


def _values(said: Any) -> tuple[str, ...]:
    return _texts(said, len(FIELDS))


def _key(said: Any) -> Key:
    return Key(*_texts(said, len(Key._fields)))


def _about(said: Any) -> About:
    return About(*_texts(said["about"], len(About._fields)))
