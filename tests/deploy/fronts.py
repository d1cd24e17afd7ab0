"""Two real servers, and the fronts of deploy/ before them, as they would run."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
_PATIENCE_SECONDS = 30.0


def free_ports(count: int) -> list[int]:
    """Ports that nobody had a moment ago, each another."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


async def until(what: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not await asyncio.to_thread(what):
            await asyncio.sleep(0.05)


def fetched(url: str) -> str:
    """The text of a page; empty where nobody answers yet."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode("utf-8"))
    except OSError:
        return ""


@dataclass(frozen=True)
class Guard:
    """What servers and fronts are guarded with: PEM files, and the server's list of tokens.

    Attributes:
        whole: certificate and key in one file, as HAProxy has it.
        token: one that is in the list.
    """

    ca: Path
    cert: Path
    key: Path
    whole: Path
    tokens: Path
    token: str


class ServerProcess:
    """`voxrig serve` with a page of numbers."""

    def __init__(self, model: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--json", "--model", str(model)]
        ports = ["--port", "0", "--metrics-port", "0"]
        self.process = subprocess.Popen([*command, *ports, *arguments], stdout=subprocess.PIPE, text=True)

    def wait(self) -> None:
        """Until it is ready."""
        assert self.process.stdout is not None
        told = json.loads(self.process.stdout.readline())
        self.target, self.port = str(told["target"]), int(told["port"])
        self.link_port, self.metrics_port = int(told["link_port"]), int(told["metrics_port"])

    def drain(self) -> None:
        """Tell it to stop in good order."""
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """As a machine dies."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@dataclass(frozen=True)
class Ports:
    """Where a front listens."""

    grpc: int
    link: int
    watch: int


class Front(Protocol):
    """A proxy of deploy/ that runs."""

    ports: Ports
    process: "subprocess.Popen[bytes]"

    def taking(self) -> set[str]:
        """What gets new sessions: "grpc 0", "link 0", "grpc 1", "link 1"."""


class HaproxyFront:
    """deploy/haproxy/haproxy.cfg, told by its environment where everything is."""

    def __init__(self, program: str, servers: list[ServerProcess], guard: Guard) -> None:
        self.ports = Ports(*free_ports(3))
        told = {
            "VOXRIG_FRONT_HOST": "127.0.0.1",
            "VOXRIG_FRONT_GRPC": self.ports.grpc,
            "VOXRIG_FRONT_LINK": self.ports.link,
            "VOXRIG_FRONT_WATCH": f"127.0.0.1:{self.ports.watch}",
            "VOXRIG_FRONT_PEM": guard.whole,
        }
        for name, server in zip(("ONE", "TWO"), servers, strict=True):
            told |= {f"VOXRIG_{name}": "127.0.0.1", f"VOXRIG_{name}_GRPC": server.port}
            told |= {f"VOXRIG_{name}_LINK": server.link_port, f"VOXRIG_{name}_METRICS": server.metrics_port}
        environment = os.environ | {name: str(value) for name, value in told.items()}
        self.process = subprocess.Popen([program, "-db", "-f", DEPLOY / "haproxy" / "haproxy.cfg"], env=environment)

    def taking(self) -> set[str]:
        text = fetched(f"http://127.0.0.1:{self.ports.watch}/metrics")
        return {
            f"{proxy} {number}"
            for number, name in enumerate(("one", "two"))
            for proxy in ("grpc", "link")
            if f'haproxy_server_status{{proxy="{proxy}",server="{name}",state="UP"}} 1' in text
        }


class EnvoyFront:
    """deploy/envoy/envoy.yaml with other addresses: it reads none from its environment."""

    def __init__(self, program: str, servers: list[ServerProcess], guard: Guard, folder: Path) -> None:
        self.ports = Ports(*free_ports(3))
        self._servers = servers
        config = yaml.safe_load((DEPLOY / "envoy" / "envoy.yaml").read_text("utf-8"))
        config["admin"]["address"]["socket_address"]["port_value"] = self.ports.watch
        resources = config["static_resources"]
        for listener, port in zip(resources["listeners"], (self.ports.grpc, self.ports.link), strict=True):
            listener["address"]["socket_address"] = {"address": "127.0.0.1", "port_value": port}
            [chain] = listener["filter_chains"]
            [pair] = chain["transport_socket"]["typed_config"]["common_tls_context"]["tls_certificates"]
            pair["certificate_chain"]["filename"], pair["private_key"]["filename"] = str(guard.cert), str(guard.key)
        for cluster, name in zip(resources["clusters"], ("port", "link_port"), strict=True):
            for endpoint, server in zip(endpoints(cluster), servers, strict=True):
                endpoint["address"]["socket_address"] = {"address": "127.0.0.1", "port_value": getattr(server, name)}
                if "health_check_config" in endpoint:
                    endpoint["health_check_config"]["port_value"] = server.metrics_port
        path = folder / "envoy.yaml"
        path.write_text(yaml.safe_dump(config), "utf-8")
        command = [program, "-c", str(path), "--log-level", "error", "--concurrency", "1", "--use-dynamic-base-id"]
        self.process = subprocess.Popen(command)

    def taking(self) -> set[str]:
        text = fetched(f"http://127.0.0.1:{self.ports.watch}/clusters")
        return {
            f"{cluster} {number}"
            for number, server in enumerate(self._servers)
            for cluster, port in (("grpc", server.port), ("link", server.link_port))
            if f"{cluster}::127.0.0.1:{port}::health_flags::healthy" in text
        }


def endpoints(cluster: dict[str, Any]) -> list[dict[str, Any]]:
    """The endpoints of a cluster in Envoy's configuration."""
    return [one["endpoint"] for group in cluster["load_assignment"]["endpoints"] for one in group["lb_endpoints"]]
