import pytest

from voxrig.runtime.animation.activity import Activity, resolve
from voxrig.runtime.animation.voice import QUIET


def test_auto_talks_while_the_voice_speaks_and_a_second_on() -> None:
    assert resolve(Activity.AUTO, QUIET._replace(speaking=True, since=0)) is Activity.TALKING
    assert resolve(Activity.AUTO, QUIET._replace(since=59)) is Activity.TALKING
    assert resolve(Activity.AUTO, QUIET._replace(since=60)) is Activity.LISTENING
    assert resolve(Activity.AUTO, QUIET) is Activity.LISTENING


@pytest.mark.parametrize("activity", [a for a in Activity if a is not Activity.AUTO])
def test_what_a_cue_says_stands_whatever_the_voice_does(activity: Activity) -> None:
    for voice in (QUIET, QUIET._replace(speaking=True)):
        assert resolve(activity, voice) is activity
