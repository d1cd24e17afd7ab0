"""The container files: read, not built; what they name is there."""

import shlex
from pathlib import Path

import typer.main
import yaml

from voxrig.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "docker"


def options_of_serve() -> set[str]:
    serve = typer.main.get_group(app).commands["serve"]
    return {option for parameter in serve.params for option in parameter.opts}


def instructions() -> list[tuple[str, str]]:
    text = (FOLDER / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def test_what_is_copied_is_there_and_let_through() -> None:
    let_through = {
        line[1:] for line in (FOLDER / "Dockerfile.dockerignore").read_text("utf-8").splitlines() if line[0] == "!"
    }
    copied = {name.removeprefix("./") for word, rest in instructions() if word == "COPY" for name in rest.split()[:-1]}
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)


def test_the_command_is_one_and_its_ports_are_exposed() -> None:
    told = dict(instructions())
    command = yaml.safe_load(told["CMD"])
    assert command[0] == "serve"
    assert {word for word in command if word.startswith("--")} <= options_of_serve()
    metrics = command[command.index("--metrics-port") + 1]
    assert set(shlex.split(told["EXPOSE"])) == {"52000", "52001", metrics}
    assert f":{metrics}/readyz" in told["HEALTHCHECK"]


def test_compose_starts_servers_that_the_front_knows() -> None:
    compose = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    front = services["front"]
    servers = front["depends_on"]
    assert sorted(front["environment"][name] for name in ("VOXRIG_ONE", "VOXRIG_TWO")) == sorted(servers)
    assert [f"/run/secrets/{name}" for name in front["secrets"]] == [front["environment"]["VOXRIG_FRONT_PEM"]]
    assert all(name in compose["secrets"] for service in services.values() for name in service["secrets"])
    for name in servers:
        command = services[name]["command"]
        assert {word for word in command if word.startswith("--")} <= options_of_serve()
        assert command[command.index("--tokens") + 1] == f"/run/secrets/{services[name]['secrets'][0]}"
        assert "ports" not in services[name], "only the front is reached from outside"
        drain = int(command[command.index("--drain-seconds") + 1])
        assert int(services[name]["stop_grace_period"].removesuffix("s")) >= drain + 10
        assert (FOLDER / services[name]["build"]["context"]).resolve() == ROOT
        assert (ROOT / services[name]["build"]["dockerfile"]).is_file()
    [mount] = front["volumes"]
    assert (FOLDER / mount.split(":")[0]).is_file()
    config = (FOLDER / mount.split(":")[0]).read_text("utf-8")
    for variable in front["environment"]:
        assert f"presetenv {variable} " in config
