"""How a body speaks: what moves it, the cues laid over, and the way to the next posture."""
