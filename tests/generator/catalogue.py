"""The invented departments, indicators and sentences, from the data files beside this one."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.generator.measures import Entry

HERE = Path(__file__).parent
LEVEL1 = {
    "数量指标": "产出指标", "质量指标": "产出指标", "时效指标": "产出指标", "成本指标": "产出指标",
    "社会效益指标": "效益指标", "经济效益指标": "效益指标", "生态效益指标": "效益指标",
    "可持续影响指标": "效益指标", "服务对象满意度指标": "满意度指标",
}  # fmt: skip


@cache
def load(name: str) -> dict[str, Any]:
    """The table of ``<name>.toml``."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def entries() -> dict[str, list[Entry]]:
    """Every indicator of the catalogue, by 二级指标."""
    found: dict[str, list[Entry]] = {}
    for table in load("indicators")["indicator"]:
        for written in table["names"]:
            name, _, unit = written.partition(":")
            unit = unit or table.get("unit", "")
            bounds = table.get("low", 1), table.get("high", 10)
            entry = Entry(table["kind"], table["level2"], name, unit, *bounds, tuple(table.get("words", ())))
            found.setdefault(entry.level2, []).append(entry)
    return found


def outputs(project: dict[str, Any]) -> list[Entry]:
    """The project's own 数量指标."""
    return [Entry("number", "数量指标", *row) for row in project["outputs"]]


class Identity(NamedTuple):
    """Whose form it is: tables of department and project, names of unit and project."""

    department: dict[str, Any]
    unit: str
    project: dict[str, Any]
    name: str


def identity(index: int) -> Identity:
    """Number ``index`` of an endless row of identities: no two are the same."""
    content = load("departments")
    departments, districts, areas = content["department"], content["districts"], content["areas"]
    index, at = divmod(index, len(departments))
    department = departments[at]
    units = department["units"] + [district + department["branch"] for district in districts]
    index, at = divmod(index, len(units))
    unit = units[at]
    index, at = divmod(index, len(department["project"]))
    project = department["project"][at]
    batch, area = divmod(index, len(areas) + 1)
    parts = ([areas[area - 1]] if area else []) + ([f"第{batch + 1}批"] if batch else [])
    name = project["name"] + (f"（{'、'.join(parts)}）" if parts else "")
    return Identity(department, unit, project, name)


def named(unit: str, project: str) -> Identity:
    """The identity of one of a department's own units and one of its projects."""
    for department in load("departments")["department"]:
        for table in department["project"]:
            if unit in department["units"] and table["name"] == project:
                return Identity(department, unit, table, project)
    raise LookupError(f"{unit}: {project}")
