"""`python -m voxrig.exporters.body_report --bundle body --data DIR --out report.html`: a body's network reported on."""

import argparse
from pathlib import Path

from voxrig.exporters.body_report.performing import held_out_tasks, sessions
from voxrig.exporters.body_report.reporting import report
from voxrig.exporters.command import run
from voxrig.runtime.models import bundle
from voxrig.runtime.models.onnx import OnnxModel

ABOUT = (
    "A network distilled from a gesture planner (rules): it was not learned from people, and knows nothing of meaning. "
    "The planner sees the whole speech; the student hears 83 ms ahead. Both have the same speech, mood, style and "
    "luck; the voices are held out: no network learned from them."
)
ALONE = "The gesture planner (rules) alone: the teacher of the body's network."


def main() -> None:
    """Perform held-out speech and write the report."""
    parser = argparse.ArgumentParser(prog="python -m voxrig.exporters.body_report", description=__doc__)
    parser.add_argument("--bundle", default="body", help="name or path of a body's bundle; `none`: the planner alone")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the data sets")
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    parser.add_argument("--json", action="store_true", help="write the figures as JSON beside it")
    parser.add_argument("--seconds", type=int, default=30, help="length of a session")
    parser.add_argument("--seeds", type=int, default=2, help="how often each session is performed")
    parser.add_argument("--sessions", type=int, default=0, help="how many sessions at most; 0: all voices and moods")
    given = parser.parse_args()
    model = None if given.bundle == "none" else OnnxModel(bundle.load(given.bundle, role="body"))
    tasks = list(held_out_tasks(given.data, seconds=given.seconds, seeds=given.seeds, most=given.sessions))
    told = report(
        sessions(tasks, model),
        given.out,
        title="A body's network and its planner" if model else "The gesture planner",
        about=ABOUT if model else ALONE,
        as_json=given.json,
    )
    for name, figures in told["performers"].items():
        energy, timing = figures["energy"], figures["timing"]
        print(
            f"{name}: {energy['wrist_speed']:.3f} m/s, gesturing {100 * energy['gesturing_speaking']:.0f} % of speech "
            f"and {100 * energy['gesturing_pauses']:.0f} % of pauses, apexes {timing.get('median_away_ms', 0):.0f} ms "
            f"from the stress (chance {timing.get('chance_median_away_ms', 0):.0f})"
        )
    print(given.out)


if __name__ == "__main__":
    run(main)
