"""The options that say how a character lives: the same words on every command."""

from typing import TYPE_CHECKING, Annotated

import typer

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.runtime.animation.character import Character

Emotion = Annotated[
    str | None,
    typer.Option(
        metavar="auto|off|joy=0.8,...",
        help="auto: as heard in the voice. Or emotions, each as a whole or for the brows, eyes or mouth: "
        "joy=0.8,brows.anger=0.2. off: none.",
        show_default=False,
    ),
]
Heard = Annotated[
    str | None,
    typer.Option(
        metavar="0..1",
        help="Weight of the emotion heard in the voice; without this 0.8 with --emotion auto, 0 with emotions.",
        show_default=False,
    ),
]
Blink = Annotated[str | None, typer.Option(metavar="on|off", help="Blinks.", show_default=False)]
Gaze = Annotated[str | None, typer.Option(metavar="on|off", help="Movements of the eyes.", show_default=False)]
Head = Annotated[str | None, typer.Option(metavar="on|off", help="Movements of the head.", show_default=False)]
Idle = Annotated[
    str | None, typer.Option(metavar="on|off", help="Breath and the small movements of idle life.", show_default=False)
]
Body = Annotated[
    str | None,
    typer.Option(
        metavar="on|off|torso,arms,energy=0.5,...",
        help="The body: on, off, or some of its parts torso, arms, fingers, legs; with energy, space, rate, openness "
        "and handedness, each -1 to 1, sitting and mirror. Off unless files for a skeleton are baked.",
        show_default=False,
    ),
]

BodyModel = Annotated[
    str | None,
    typer.Option(
        metavar="BUNDLE", help="What moves the body: a bundle of `voxrig train body`.", show_default="the shipped one"
    ),
]

LARGEST_SEED = 2**64 - 1

_SWITCHES = ("blink", "gaze", "head", "idle")


def given(**options: str | None) -> dict[str, str]:
    """Return the options that were given, checked.

    Raises:
        CharacterError: a value that cannot be.
    """
    from voxrig.runtime.animation.character import Character

    chosen = {key: text for key, text in options.items() if text is not None}
    Character().with_options(chosen)
    return chosen


def as_settings(options: dict[str, str]) -> dict[str, object]:
    """Return options as the flags of `serving.settings.load`; one that was not given is not among them."""
    flags: dict[str, object] = {key: text == "on" for key, text in options.items() if key in _SWITCHES}
    if "emotion" in options:
        flags["emotion"] = options["emotion"]
    if "heard" in options:
        flags["heard"] = float(options["heard"])
    if "body" in options:
        flags["body"] = options["body"]
    return flags


def told(character: "Character", options: dict[str, str]) -> dict[str, object]:
    """Say how a character lives, for a summary."""
    return {
        "seed": character.seed,
        "emotion": options.get("emotion", "auto"),
        "heard": character.temper.heard if character.layers.emotion else 0.0,
        "layers": list(character.on),
    }
