"""What the one who listens to a line is told: nods, blinks, a mirrored mood, and a mirrored posture.

Only the speaker's voice, the postures that the script has them keep and what the listener feels go in: nothing of the
speaker's face or seed, and so nothing of one character's take leaks into another's.
"""

from collections.abc import Sequence

import numpy as np

from voxrig.baking.job import Job
from voxrig.engine_bridges.readers.sound_file import Sound
from voxrig.runtime.animation.affect.listener import listener_cues
from voxrig.runtime.animation.affect.personality import Personality
from voxrig.runtime.animation.affect.postures import Posture, posture_cues
from voxrig.runtime.animation.heard_track import heard_rows
from voxrig.runtime.core.clip import TimedCue
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.spec import ModelSpec


def listener_tags(
    job: Job, sound: Sound, spec: ModelSpec, postures: Sequence[Posture] | None = None
) -> tuple[TimedCue, ...]:
    """Return the cues of the one who listens to a sound.

    Args:
        job: the listener's: whose personality and seed it is, and what they feel.
        sound: the speaker's.
        spec: of the model, which says how a voice is heard.
        postures: that the speaker was told to keep, in order; None where the listener shows no body.
    """
    poses = -(-len(sound.samples) * STEP_RATE // sound.rate)
    prosody = np.concatenate([rows.prosody for rows in heard_rows(sound.samples, sound.rate, spec, poses)])[:poses]
    personality = Personality(**{trait: float(value) for trait, value in job.sheet.personality.items()})
    cues = listener_cues(prosody, job.feeling, personality, job.seed)
    if postures is not None:
        kept = posture_cues(postures, personality, job.seed, poses / STEP_RATE)
        cues = tuple(sorted((*cues, *kept), key=lambda cue: cue.seconds))
    return tuple(TimedCue(cue.seconds, cue.name, cue.values) for cue in cues)
