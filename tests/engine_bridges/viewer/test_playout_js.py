"""The page's playout, in the browser: it decides as the Python one, and the face keeps to the sound."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sync.conditions import CONDITIONS
from sync.judge import judge
from sync.scenario import play

from voxrig.engine_bridges.compliance.client_playout import reference, require_same, scenario

SETTINGS = [(3, 0, 48_000, 64), (1, 0, 16_000, 256), (2, 0, 24_000, 8), (5, 0, 44_100, 2), (2, 3, 48_000, 64)]


@pytest.fixture(scope="module")
def puppet(browser, viewing):
    """`puppet(lines)`: the answers of the page's playout; without the rest of the page, which is not needed."""
    page = browser.open(f"{viewing.url}app/puppet.js")
    page.evaluate("import('/app/puppet.js').then(module => { window.createPuppet = module.createPuppet; })")
    yield lambda lines: page.evaluate(f"{json.dumps(lines)}.flatMap(createPuppet())")
    page.close()


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_it_decides_as_the_reference(puppet, setting):
    lines = [line for seed in range(8) for line in scenario(seed, *setting)]
    wanted, told = reference(lines), puppet(lines)
    require_same(lines, wanted, told)
    assert sum(line.startswith("refused") for line in wanted) > 0
    if setting[1] == 0:  # bones are turned in another order of operations
        for right, given in zip(wanted, told, strict=True):
            words = [np.array(answer.split()[1:], np.float32) for answer in (right, given)]
            np.testing.assert_array_equal(*words, err_msg=right)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_the_face_is_within_a_frame_of_the_sound(puppet, condition):
    played = play(replace(condition, seed=3))
    found = judge(played, puppet(played.lines))
    assert found.near >= 0.999
    assert abs(found.worst) < 0.025


def test_a_line_that_is_no_command_is_an_error(browser, viewing):
    page = browser.open(f"{viewing.url}app/puppet.js")
    asking = "import('/app/puppet.js').then(module => module.createPuppet()('dance 1')).catch(error => error.message)"
    assert page.evaluate(asking) == "there is no command dance"
    page.close()


def test_a_starved_body_stays_while_the_head_goes_to_rest(browser, viewing):
    page = browser.open(f"{viewing.url}app/puppet.js")
    script = """import('/app/playout_buffer.js').then(({ PlayoutBuffer }) => {
        const buffer = new PlayoutBuffer(1, 2, 1000, { eased: 1 });
        buffer.push(0, 0, [1, 0.6, 0, 0, 0.8, 0.6, 0, 0, 0.8]);
        let shown;
        for (let sample = 0; sample < 2000; sample += 10) shown = buffer.sample(sample);
        return [...shown];
    })"""
    shown = page.evaluate(script)
    page.close()
    assert shown == pytest.approx([0, 0, 0, 0, 1, 0.6, 0, 0, 0.8], abs=1e-6)
