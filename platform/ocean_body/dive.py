"""The physics of a dive on one breath: pressure, what is left of a lung, which colours are left, and how long the way down takes."""

DEEPEST_METRES = 10_935
FREE_FALL_METRES_PER_SECOND = 1.0
ATMOSPHERE_METRES = 10.06  # of sea water at 1025 kg/m3

# The depth in metres at which about one hundredth of a colour is left in clear ocean water (Jerlov type I).
COLOURS_GONE_BELOW = (("red", 10), ("orange", 25), ("yellow", 50), ("green", 110), ("blue", 200))


def dive_to(metres: int) -> dict[str, object]:
    """Say what a diver meets at `metres` below the surface (0 to 10,935): absolute pressure in atmospheres, a lung as a share of its
    volume at the surface by Boyle's law, the colours that can still be seen, and the seconds of the way down."""
    pressure = 1 + metres / ATMOSPHERE_METRES
    return {
        "metres": metres,
        "pressure_atmospheres": round(pressure, 2),
        "lung_share": round(1 / pressure, 4),
        "colours_left": [name for name, depth in COLOURS_GONE_BELOW if metres < depth],
        "descent_seconds": round(metres / FREE_FALL_METRES_PER_SECOND),
        "zone": zone_of(metres),
    }


def zone_of(metres: int) -> str:
    """Name the layer of the ocean at a depth in metres."""
    for name, floor in (("sunlight", 200), ("twilight", 1000), ("midnight", 4000), ("abyss", 6000)):
        if metres < floor:
            return name
    return "trenches"
