"""Places on a port: the silent make room, those who are known keep theirs."""

from voxrig.runtime.serving.access.crowd import Crowd


def test_the_one_that_was_silent_for_longest_has_to_go():
    crowd, gone = Crowd(2), []
    for name in "abc":
        assert crowd.enter(name, lambda name=name: gone.append(name))
    assert gone == ["a"]
    crowd.know("a")  # too late
    crowd.know("b")
    assert crowd.enter("d", lambda: gone.append("d"))
    assert gone == ["a", "c"]


def test_those_who_are_known_keep_their_places():
    crowd, gone = Crowd(2), []
    for name in "ab":
        assert crowd.enter(name, lambda name=name: gone.append(name))
        crowd.know(name)
    assert not crowd.enter("c", lambda: gone.append("c"))
    crowd.leave("c")
    crowd.leave("a")
    crowd.leave("a")
    assert crowd.enter("d", lambda: gone.append("d"))
    assert not gone
