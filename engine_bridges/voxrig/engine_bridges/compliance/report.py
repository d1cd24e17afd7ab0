"""Findings for people and for programs."""

import json
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from voxrig.engine_bridges.compliance.rule import Finding

_COLOURS = {"kept": "green", "broken": "red", "not tried": "yellow"}


def as_json(subject: str, findings: Iterable[Finding]) -> str:
    """Return the findings as one JSON object."""
    listed = [
        {"case": f.case, "rule": f.rule, "status": f.status, "detail": f.detail, "seconds": round(f.seconds, 3)}
        for f in findings
    ]
    broken = [item["case"] for item in listed if item["status"] == "broken"]
    return json.dumps({"subject": subject, "broken": broken, "findings": listed}, ensure_ascii=False, indent=1)


def as_table(subject: str, findings: Iterable[Finding]) -> str:
    """Return the findings as a table, the broken rules in words below it."""
    listed = list(findings)
    table = Table("status", "case", "seconds", title=subject, title_justify="left")
    for finding in listed:
        status = Text(finding.status, style=_COLOURS[finding.status])
        table.add_row(status, finding.case.replace("_", " "), f"{finding.seconds:.2f}")
    console = Console(width=110)
    with console.capture() as captured:
        console.print(table)
        for finding in listed:
            if finding.detail:
                console.print(Text(f"{finding.status}: {finding.case.replace('_', ' ')}", _COLOURS[finding.status]))
                console.print(Text(f"  rule: {finding.rule}\n  here: {finding.detail}"))
        counts = {status: sum(f.status == status for f in listed) for status in _COLOURS}
        console.print(", ".join(f"{count} {status}" for status, count in counts.items() if count))
    return captured.get()
