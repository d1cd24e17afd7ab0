"""`voxrig view`: a talking head in the browser, until Ctrl-C."""

import asyncio
import json
import signal
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxrig.cli.life_options import Blink, Body, BodyModel, Emotion, Gaze, Head, Heard, Idle, as_settings, given

if TYPE_CHECKING:
    from voxrig.runtime.serving.settings import Settings


def view(
    host: Annotated[
        str, typer.Option(help="Address to serve the page on. Browsers give the microphone to this machine's only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port of the page; 0 takes a free one.")] = 52_080,
    grpc_port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port for other clients of the same server; 0 takes a free one.")
    ] = 0,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    model: Annotated[
        list[str] | None,
        typer.Option(help="A shipped model by name or a bundle by its path; may be repeated, the default model first."),
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(metavar="PRESET|FILE.json", help="How the character speaks at first [default: natural]."),
    ] = None,
    emotion: Emotion = None,
    heard: Heard = None,
    blink: Blink = None,
    gaze: Gaze = None,
    head: Head = None,
    idle: Idle = None,
    body: Body = None,
    body_model: BodyModel = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the ready line as JSON.")] = False,
) -> None:
    """Show a talking head in the browser. Prints the page's address in one line when ready."""
    from voxrig.runtime.serving.settings import load

    life = given(emotion=emotion, heard=heard, blink=blink, gaze=gaze, head=head, idle=idle, body=body)
    flags: dict[str, Any] = {
        "host": host,
        "port": grpc_port,
        "link": False,  # the page brings its own line
        "models": tuple(model) if model else None,
        "style": style,
        "body_model": body_model,
        **as_settings(life),
    }
    settings = load(**flags)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends; the server has stopped in good order by then
        asyncio.run(_view(settings, port, open_browser, as_json))


async def _view(settings: "Settings", port: int, open_browser: bool, as_json: bool) -> None:
    from voxrig.engine_bridges.viewer import page
    from voxrig.runtime.serving.announce import software_version
    from voxrig.runtime.serving.link import Line, converse
    from voxrig.runtime.serving.server import running
    from voxrig.runtime.serving.web import publishing

    stop = asyncio.Event()
    with suppress(NotImplementedError):  # on Windows; Ctrl-C cancels this task on every system
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with running(settings) as server:

        async def talk(line: Line) -> None:
            await converse(line, server.stage, server.pacer, server.metrics)

        async with publishing(page(), talk, settings.host, port, settings.max_message_bytes) as web:
            ready: dict[str, Any] = {"event": "ready", "url": web.url, "port": web.port, "target": server.target}
            text = f"voxrig {software_version()} shows its face on {web.url} (Ctrl-C stops it)"
            print(json.dumps(ready | {"version": software_version()}) if as_json else text, flush=True)
            if open_browser:
                await asyncio.to_thread(webbrowser.open, web.url)
            await stop.wait()
