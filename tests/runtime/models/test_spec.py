import copy
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import HEARD, BundleError, ModelSpec


@pytest.fixture
def manifest(tiny_bundle: Bundle) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(tiny_bundle.spec.to_manifest()))
    return loaded


def test_a_manifest_comes_back_as_the_same_spec(tiny_bundle: Bundle, manifest: dict[str, Any]) -> None:
    assert ModelSpec.from_manifest(manifest) == tiny_bundle.spec


def test_the_manifest_has_the_keys_of_the_format(manifest: dict[str, Any]) -> None:
    assert set(manifest) == {
        *("format", "format_version", "name", "version", "role", "sample_rate", "step_rate", "block"),
        *("look_ahead_samples", "features", "inputs", "outputs", "states", "controls", "training", "licence", "sha256"),
    }
    assert manifest["states"][2] == {"name": "state_2", "shape": [2, 128]}
    assert manifest["outputs"][-1] == {"name": "next_state_2", "shape": [2, 128]}


@pytest.mark.parametrize(
    ("samples", "delay", "lead_in"), [(1950, 5, 50), (750, 2, 50), (400, 1, 0), (401, 2, 399), (1, 1, 399)]
)
def test_look_ahead_in_seconds_steps_and_lead_in(
    manifest: dict[str, Any], samples: int, delay: int, lead_in: int
) -> None:
    spec = ModelSpec.from_manifest(manifest | {"look_ahead_samples": samples})
    assert spec.look_ahead == Fraction(samples, 24_000)
    assert (spec.delay_steps, spec.lead_in) == (delay, lead_in)


def change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def apply(manifest: dict[str, Any]) -> None:
        *way, last = path.split("/")
        place: Any = manifest
        for key in way:
            place = place[int(key) if isinstance(place, list) else key]
        if value is None:
            del place[last]
        else:
            place[int(last) if isinstance(place, list) else last] = value

    return apply


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (change("format", "other"), "format is not 'voxrig-bundle'"),
        (change("format_version", 2), "format_version is 2, this runtime reads 1; export the model again"),
        (change("format_version", True), "format_version is True"),
        (change("name", 5), "name is 5, it must be a string"),
        (change("licence", None), "the manifest lacks the key 'licence'"),
        (change("license", "MIT"), "the manifest has the unknown key 'license'; it takes name, version"),
        (change("features/bands", 64.0), "features.bands is 64.0, it must be a whole number"),
        (change("features/fmin", float("nan")), "features.fmin is nan, it must be a finite number"),
        (change("features/floor", True), "features.floor is True"),
        (change("features/floor", -1), "no mel filter bank"),
        (change("features/hops", 1), "features has the unknown key 'hops'"),
        (
            change("features/hop", 160),
            "window 512 and hop 160; this runtime makes 'log-mel' with window 512 and hop 200",
        ),
        (change("features", []), "features is \\[\\], it must be an object"),
        (change("controls", "jaw"), "controls is 'jaw', it must be a list"),
        (change("controls/1", 3), "controls\\[1\\] is 3, it must be a string"),
        (change("controls/1", "CTRL_expressions_jawOpen"), "each once"),
        (change("states/0/shape/0", "24"), "states\\[0\\].shape\\[0\\] is '24'"),
        (change("states/0/shape/0", 25), "inputs are features\\[128\\], state_0\\[24\\].*make them .*state_0\\[25\\]"),
        (change("outputs/0/name", "face"), "outputs are face\\[12\\]"),
        (change("training/data/0/licence", None), "training.data\\[0\\] lacks the key 'licence'"),
        (change("sample_rate", 16_000), "sample_rate is 16000, this runtime's clock has 24000"),
        (change("look_ahead_samples", 0), "look_ahead_samples is 0; at least 1"),
        (change("role", "dance"), "role 'dance' is unknown; this runtime knows face"),
    ],
)
def test_a_wrong_manifest_is_refused_by_key(
    manifest: dict[str, Any], edit: Callable[[dict[str, Any]], None], words: str
) -> None:
    wrong = copy.deepcopy(manifest)
    edit(wrong)
    with pytest.raises(BundleError, match=words):
        ModelSpec.from_manifest(wrong)


@pytest.mark.parametrize("thing", [None, [], "voxrig-bundle", 3, {}])
def test_what_is_no_manifest_is_refused(thing: object) -> None:
    with pytest.raises(BundleError, match="no bundle of ours"):
        ModelSpec.from_manifest(thing)


@pytest.fixture
def listener(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest of a bundle that hears emotion."""
    states = [{"name": "memory", "shape": [3]}]
    return manifest | {
        "role": "emotion",
        "look_ahead_samples": 1,
        "states": states,
        "inputs": [{"name": "features", "shape": [6 * (128 + 3)]}, *states],
        "outputs": [{"name": "controls", "shape": [12]}, {"name": "next_memory", "shape": [3]}],
        "controls": list(HEARD),
    }


def test_a_listener_hears_six_rows_with_their_prosody(listener: dict[str, Any]) -> None:
    spec = ModelSpec.from_manifest(listener)
    assert spec.expected_inputs[0].shape == (786,)
    made = ModelSpec.create(
        name=spec.name, version=spec.version, look_ahead_samples=1, mel=spec.log_mel(), states=spec.states,
        controls=HEARD, training=spec.training, licence=spec.licence, role="emotion", sha256=spec.sha256,
    )  # fmt: skip
    assert made == spec


def test_a_listener_tells_what_all_listeners_tell(listener: dict[str, Any]) -> None:
    with pytest.raises(BundleError, match=r"controls of the role 'emotion' must be neutral, joy"):
        ModelSpec.from_manifest(listener | {"controls": [*HEARD[:-1], "doubt"]})
    with pytest.raises(BundleError, match=r"inputs are features\[786\], memory\[3\], but .* features\[128\]"):
        ModelSpec.from_manifest(listener | {"role": "face"})
