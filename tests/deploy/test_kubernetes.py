"""The manifests: valid by Kubernetes' own schemas, and true to the server that they start."""

import asyncio
import http.client
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import typer.main
import yaml

from voxrig.cli.app import app
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
MANIFESTS = ("deployment", "service", "disruption", "autoscaler")


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((FOLDER / f"{name}.yaml").read_text("utf-8")))


@pytest.fixture(scope="module")
def pod() -> dict[str, Any]:
    [deployment] = documents("deployment")
    return dict(deployment["spec"]["template"]["spec"])


@pytest.fixture(scope="module")
def arguments(pod: dict[str, Any]) -> dict[str, str]:
    """What `voxrig serve` is told."""
    [container] = pod["containers"]
    command, *options = container["args"]
    assert command == "serve"
    return dict(option.split("=", 1) for option in options)


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests_are_valid(name: str) -> None:
    found = documents(name)
    assert found
    for document in found:
        kubernetes_validate.validate(document, "1.33", strict=True)


def test_the_command_has_these_options(arguments: dict[str, str]) -> None:
    serve = typer.main.get_group(app).commands["serve"]
    known = {option for parameter in serve.params for option in parameter.opts}
    assert set(arguments) <= known


def test_ports_are_the_servers(pod: dict[str, Any], arguments: dict[str, str]) -> None:
    [container] = pod["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    told = {"grpc": "--port", "link": "--link-port", "metrics": "--metrics-port"}
    assert ports == {name: int(arguments[option]) for name, option in told.items()}
    for service in documents("service"):
        for port in service["spec"]["ports"]:
            assert (port["targetPort"], ports[port["targetPort"]]) == (port["name"], port["port"])
    [deployment] = documents("deployment")
    template = deployment["spec"]["template"]
    assert template["metadata"]["annotations"]["prometheus.io/port"] == arguments["--metrics-port"]
    for labelled in (deployment, *documents("disruption")):
        assert labelled["spec"]["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
    for service in documents("service"):
        assert service["spec"]["selector"].items() <= template["metadata"]["labels"].items()


def test_tokens_and_certificate_are_mounted_secrets(pod: dict[str, Any], arguments: dict[str, str]) -> None:
    [container] = pod["containers"]
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    secrets = {volume["name"]: volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume}
    told = {option: arguments[option].rpartition("/") for option in ("--tokens", "--tls-cert", "--tls-key")}
    assert {option: secrets[mounts[folder]] for option, (folder, _, _) in told.items()} == {
        "--tokens": "voxrig-tokens",
        "--tls-cert": "voxrig-tls",
        "--tls-key": "voxrig-tls",
    }
    assert (told["--tls-cert"][2], told["--tls-key"][2]) == ("tls.crt", "tls.key"), "as secrets of that kind have them"
    assert not [mount for mount in container["volumeMounts"] if "subPath" in mount]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["scheme"] == "HTTPS"


def test_there_is_time_to_drain(pod: dict[str, Any], arguments: dict[str, str]) -> None:
    [container] = pod["containers"]
    _, before = container["lifecycle"]["preStop"]["exec"]["command"]
    grace = pod["terminationGracePeriodSeconds"]
    assert grace >= int(before) + int(arguments["--drain-seconds"]) + 10
    assert int(container["resources"]["requests"]["cpu"]) == int(arguments["--processes"])


async def test_probes_and_metrics_are_there(pod: dict[str, Any], tiny_bundle: Bundle) -> None:
    def get(port: int, path: str) -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as asking:
            asking.request("GET", path)
            answer = asking.getresponse()
            return answer.status, answer.read().decode()

    [container] = pod["containers"]
    probes = ("startupProbe", "readinessProbe", "livenessProbe")
    paths = {probe: container[probe]["httpGet"]["path"] for probe in probes}
    assert {container[probe]["httpGet"]["port"] for probe in probes} == {"metrics"}
    settings = Settings(port=0, link=False, metrics_port=0, models=(str(tiny_bundle.path),))
    async with running(settings) as server:
        assert server.metrics_port is not None
        for path in paths.values():
            assert (await asyncio.to_thread(get, server.metrics_port, path))[0] == 200
        _, told = await asyncio.to_thread(get, server.metrics_port, "/metrics")
        server.stage.draining = True
        drained = {probe: (await asyncio.to_thread(get, server.metrics_port, path))[0] for probe, path in paths.items()}
    assert drained["readinessProbe"] == 503
    assert drained["livenessProbe"] == 200, "a pod that drains must not be killed"
    [autoscaler] = documents("autoscaler")
    [adapter] = documents("adapter")
    [rule] = adapter["rules"]["custom"]
    asked = [m["pods"]["metric"]["name"] for m in autoscaler["spec"]["metrics"] if m["type"] == "Pods"]
    assert asked == [rule["name"]["as"]]
    names = {name for text in (rule["seriesQuery"], rule["metricsQuery"]) for name in re.findall(r"voxrig_\w+", text)}
    assert names
    for name in names:
        assert re.search(rf"^{name}\{{", told, re.MULTILINE)
