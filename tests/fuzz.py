"""Workbooks mutated with a sense of what they are: ``python -m tests.fuzz [SECONDS] [SEED]`` (make fuzz).

Each is read to the end or refused, within seconds; what else happens is printed with its number, and
``mutated(number)`` makes the same bytes again, for a regression test.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

from perfbatch.workbook.open import load_grids
from perfbatch.workbook.refusal import Refused
from tests.workbook.compound import Record, book, container, label, name, number
from tests.workbook.handmade import sheet, strings, styles, xlsx, zipped

SLOW = 5.0
_TOKENS = (
    "<c/>", "<row>", "</row>", '<c r="ZZZ9999999">', "<v>1e999</v>", "&lt;", "&#0;", "<!--", "]]>", "\x00",
    "<f/>", '<mergeCell ref="A1:XFD1048576"/>', 'r="0"', 't="s"', "<v>99999999999</v>", 's="-1"', "１",
    "_x000D_", '"', "=", "<text:p>", "-1", "1" * 400,
    'table:number-rows-repeated="1048576"', 'table:number-columns-repeated="16384"',
)  # fmt: skip
_SHEET = sheet(
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45000</v></c></row>'
    '<row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>甲</t></is></c><c r="C2"><f>A1</f></c></row>',
    after='<mergeCells><mergeCell ref="A1:C3"/></mergeCells>',
)
_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="a"><table:table-row table:number-rows-repeated="3"><table:table-cell '
    'office:value-type="float" office:value="1" table:number-columns-repeated="2"><text:p>1</text:p>'
    "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
    "</office:document-content>"
)


def mutated(seed: int) -> bytes:
    """The workbook of that number."""
    luck = random.Random(seed)
    return luck.choice((_xlsx, _ods, _xls))(luck)


def _text(luck: random.Random, text: str) -> str:
    for _ in range(luck.randint(1, 4)):
        at = luck.randrange(len(text))
        end = min(len(text), at + luck.choice((0, 1, 5, 40)))
        piece = luck.choice((luck.choice(_TOKENS), text[at:end] * luck.choice((0, 2, 50)), ""))
        text = text[:at] + piece + text[end:]
    return text


def _bytes(luck: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(luck.choice((0, 1, 3))):
        at = luck.randrange(len(changed))
        changed[at : at + luck.choice((1, 2, 4))] = luck.choice(
            (b"\xff\xff\xff\xff", b"\0", luck.randbytes(2))
        )
    return bytes(changed[: luck.choice((len(changed), len(changed), luck.randrange(1, len(changed) + 1)))])


def _xlsx(luck: random.Random) -> bytes:
    parts = {
        "xl/worksheets/sheet1.xml": _SHEET,
        "xl/sharedStrings.xml": strings("<t>产出指标</t>", "<r><t>乙</t></r>"),
        "xl/styles.xml": styles("0.00%", "yyyy-mm-dd"),
    }
    chosen = luck.choice(list(parts))
    parts[chosen] = _text(luck, parts[chosen])
    return _bytes(luck, xlsx(parts))


def _ods(luck: random.Random) -> bytes:
    members = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": _text(luck, _ODS)}
    return _bytes(luck, zipped(members))


def _xls(luck: random.Random) -> bytes:
    records: list[Record] = [label(0, 0, 0), number(1, 1, 2.5), (0x00E5, b"\x01\0\0\0\x02\0\0\0\x01\0")]
    more: list[Record] = [name(b"A", b"\x3a\0\0\0\0\0\0")]
    for held in (records, more):
        if luck.random() < 0.7:
            place = luck.randrange(len(held))
            record, body = held[place]
            held[place] = (luck.choice((record, luck.randrange(0x1000))), _bytes(luck, body or b"\0"))
    stream = book([records], more, strings=["产出", "指标"], stated=luck.choice((None, 0, 2**31)))
    sectors = {
        luck.randrange(8): luck.choice((luck.randrange(9), 0xFFFFFFFE)) for _ in range(luck.randrange(3))
    }
    return _bytes(luck, container(_bytes(luck, stream), mini_fat=sectors))


def trouble(data: bytes) -> str:
    """'' where the bytes are read or refused in time, else what happened."""
    started = time.process_time()
    try:
        load_grids(data)
    except Refused:
        pass
    except Exception as error:  # whatever it is, it is what is looked for
        return f"{type(error).__name__}: {error}"
    took = time.process_time() - started
    return f"{took:.1f} s" if took > SLOW else ""


def main(seconds: float, seed: int, say: Callable[[str], object] = print) -> int:
    """Mutate until the time is over; the number of troubles."""
    found, until = 0, time.monotonic() + seconds
    start = seed
    while time.monotonic() < until:
        said = trouble(mutated(seed))
        if said:
            found += 1
            say(f"{seed}: {said}")
        seed += 1
    say(f"{seed - start} workbooks, {found} troubles; go on with seed {seed}")
    return found


if __name__ == "__main__":
    numbers = [float(given) for given in (*sys.argv[1:3], *("60", "0")[len(sys.argv[1:3]) :])]
    sys.exit(1 if main(numbers[0], int(numbers[1])) else 0)
