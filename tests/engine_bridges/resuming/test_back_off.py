"""How long clients wait before they come again."""

from voxrig.engine_bridges.back_off import BackOff


async def test_pauses_double_to_two_seconds_and_no_two_clients_come_in_step():
    slept: dict[int, list[float]] = {1: [], 2: []}

    def by(seed: int) -> BackOff:
        async def sleep(seconds: float) -> None:
            slept[seed].append(seconds)

        return BackOff(seed, lambda: 0.0, sleep)

    for seed in slept:
        back_off = by(seed)
        for _ in range(9):
            await back_off.pause()
        back_off.reset()
        await back_off.pause()
    whole = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0, 0.05]
    for pauses in slept.values():
        assert all(most / 2 <= pause <= most for pause, most in zip(pauses, whole, strict=True))
    assert slept[1] != slept[2]
