"""The published numbers that figures are held against, and where they stand."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Published:
    """What was measured on people.

    Attributes:
        text: the number, as a reader wants it; with "±" where we put a range around a single number.
        low, high: the range in which a figure agrees with it.
        source: who published it.
    """

    text: str
    low: float
    high: float
    source: str


OWN: Final = "our own aim"
DOUGHTY: Final = "Doughty 2001, Optom. Vis. Sci. 78:712"
BENTIVOGLIO: Final = "Bentivoglio et al. 1997, Mov. Disord. 12:1028"
ROGERS: Final = "Rogers et al. 2018, Sci. Rep. 8:4271"
ARGYLE: Final = "Argyle & Ingham 1972, Semiotica 6:32, as given in Argyle 1988, Bodily Communication"
CARPENTER: Final = "Carpenter 1988, Movements of the Eyes"
LEE: Final = "Lee, Badler & Badler 2002, Eyes Alive, ACM TOG 21:637"
OUSLER: Final = "Ousler et al. 2014, Clin. Ophthalmol. 8:869"
CAPTURED: Final = "one captured actor"
CAPTURES: Final = "three captures of people talking"
HO: Final = "Ho, Foulsham & Kingstone 2015, PLoS ONE 10:e0136905"

SACCADE_INTERCEPT: Final = 0.021
SACCADE_SLOPE: Final = 0.0022
"""Seconds, and seconds a degree: a saccade takes 21 ms + 2.2 ms/deg (Carpenter 1988)."""
AMPLITUDE_SCALE: Final = 6.9
AMPLITUDE_FREQUENCY: Final = (1.0, 15.0, 15.7)
"""Degrees while talking: A = -6.9 ln(P / 15.7) with P uniform from 1 to 15 (Lee, Badler & Badler 2002)."""
WIDTHS: Final = (0.076, 0.100, 0.168)
"""Seconds: 10th, 50th and 90th percentile of full widths at half maximum, of one captured actor."""

PUBLISHED: Final[dict[str, Published]] = {
    "blink rate talking": Published(
        "26 (95 % range 10.5–32.5)", 10.5, 32.5, f"{BENTIVOGLIO}; range: {DOUGHTY}, conversation"
    ),
    "blink rate silent": Published(
        "17 (95 % range 8.0–21.0)", 8.0, 21.0, f"{BENTIVOGLIO}; range: {DOUGHTY}, primary gaze"
    ),
    "blink width p10": Published("76 ± 25 %", 57.0, 95.0, CAPTURED),
    "blink width p50": Published("100 ± 25 %", 75.0, 125.0, CAPTURED),
    "blink width p90": Published("168 ± 25 %", 126.0, 210.0, CAPTURED),
    "opening over closing": Published(
        "more than 1: lids close faster than they open",
        1.0,
        5.0,
        "Evinger, Manning & Sibony 1991, Invest. Ophthalmol. Vis. Sci. 32:387",
    ),
    "partial blinks": Published("up to 53 % (watching a video)", 1.0, 53.0, OUSLER),
    "saccade intercept": Published("21 ± 30 %", 14.7, 27.3, CARPENTER),
    "saccade slope": Published("2.2 ± 20 %", 1.76, 2.64, CARPENTER),
    "saccade amplitude p50": Published("5.3 of those ≥ 1°, ± 30 %", 3.7, 6.9, LEE),
    "saccade amplitude p90": Published("13.3 of those ≥ 1°, ± 30 %", 9.3, 17.3, LEE),
    "saccade amplitudes": Published("0 is −6.9 ln(P/15.7); up to 0.2", 0.0, 0.2, LEE),
    "gaze share talking": Published(
        "about 60 % mutual; 41 % talking to 75 % listening", 41.0, 75.0, f"{ROGERS}; {ARGYLE}"
    ),
    "gaze bout": Published("2.2 (mutual) to 2.95 (one person's look), ± 25 %", 1.65, 3.7, f"{ROGERS}; {ARGYLE}"),
    "gaze at turn": Published("a turn ends with gaze at the partner and begins averted", 0.0, 100.0, HO),
    "head speed talking": Published("10, 26 and 33", 10.0, 33.0, CAPTURES),
    "blink intervals": Published("closer to log-normal than to memoryless", 0.0, 1.0, OWN),
    "synchrony": Published("0: strangers don't blink in step", -0.1, 0.1, OWN),
    "blink within 6 s": Published("nearly always", 85.0, 100.0, OWN),
    "jump": Published("no more than 1.25 × elsewhere, or 0.02 (0.2°)", 0.0, 1.25, OWN),
}
"""By key of `figures.Figure`."""
