"""The files for Prometheus and Grafana ask for numbers that a real server has, by the labels that it gives them."""

import asyncio
import http.client
import json
import re
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "prometheus"
OF_PROMETHEUS = {"job", "instance", "le"}
"""Labels that a server doesn't give itself."""


def alerts():
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard():
    return json.loads((FOLDER / "dashboard.json").read_text("utf-8"))


def expressions():
    asked = [rule["expr"] for rule in alerts()]
    asked += [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    return asked


@pytest.fixture(scope="module")
def told(tiny_bundle):
    """What a server says before anybody came: the names and labels of its samples."""

    async def ask():
        settings = Settings(port=0, link=False, metrics_port=0, models=(str(tiny_bundle.path),))
        async with running(settings) as server:
            return await asyncio.to_thread(fetch, server.metrics_port)

    def fetch(port):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
            client.request("GET", "/metrics")
            return client.getresponse().read().decode()

    families = text_string_to_metric_families(asyncio.run(ask()))
    return [sample for family in families for sample in family.samples]


@pytest.mark.parametrize("expression", expressions())
def test_every_number_asked_for_is_there(expression, told):
    names = set(re.findall(r"\b(?:voxrig|process)_\w+", expression))
    assert names or expression.startswith("up{")
    assert names <= {sample.name for sample in told}
    known = {label for sample in told for label in sample.labels} | OF_PROMETHEUS
    labels = set(re.findall(r"[{,]\s*(\w+)\s*=", expression))
    for grouped in re.findall(r"by \(([^)]*)\)", expression):
        labels |= {label.strip() for label in grouped.split(",")}
    assert labels <= known
    values = {value for sample in told for value in sample.labels.values()}
    for label, wanted in re.findall(r'(\w+)=~?"([^"$]*)"', expression):
        assert label in OF_PROMETHEUS or set(wanted.split("|")) <= values


def test_every_alert_says_what_is_wrong_and_what_to_do():
    rules = alerts()
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 5
    for rule in rules:
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert {"summary", "description"} == set(rule["annotations"])


def test_the_scrape_is_of_the_rules_job():
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))
    [job] = config["scrape_configs"]
    assert all(f'job="{job["job_name"]}"' in text for text in expressions() if "job=" in text)
    assert [(FOLDER / name).is_file() for name in config["rule_files"]] == [True]


def test_the_dashboards_panels_stand_side_by_side():
    panels = dashboard()["panels"]
    cells = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in panels
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)
