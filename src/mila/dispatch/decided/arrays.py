"""Small things done to whole arrays: distances, minutes, stretches of a heap, and arrays as the database sends them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mila.kernel.place import DETOUR, EARTH_RADIUS_KM

Array = NDArray[Any]
WHOLE = np.dtype([("length", ">i4"), ("value", ">i8")])
REAL = np.dtype([("length", ">i4"), ("value", ">f8")])
ID = np.dtype([("length", ">i4"), ("value", "S16")])


def received(said: bytes | None, kind: np.dtype[Any], width: int = 1) -> Array:
    """Return an array that the database sent in its binary form, without nulls, in rows of that width."""
    if not said:
        return np.empty((0, width), kind["value"].newbyteorder("="))
    dimensions = int.from_bytes(said[:4], "big")
    values = np.frombuffer(said, kind, offset=12 + 8 * dimensions)["value"]
    return values.astype(values.dtype.newbyteorder("=")).reshape(-1, width)


def coded(numbers: Array) -> Array:
    """Return numbers below 2²⁸ in four bytes of seven bits, of which only the first has its highest bit set.

    So one is found among others by its bytes, since none begins within another.
    """
    spread = [numbers >> 21 & 127 | 128, (numbers >> 14 & 127) << 8, (numbers >> 7 & 127) << 16, (numbers & 127) << 24]
    return np.asarray(sum(spread)).astype("<u4")


def decoded(codes: Array) -> Array:
    """Return the numbers that were coded."""
    whole = codes.astype(np.int64)
    return (whole & 127) << 21 | (whole >> 8 & 127) << 14 | (whole >> 16 & 127) << 7 | whole >> 24


def kilometres(latitude: Array, longitude: Array, to: tuple[float, float] | tuple[Array, Array]) -> Array:
    """Return the great-circle distances to a place, or to one each, as `kernel.place.distance_km` does."""
    rise = np.sin(np.radians(to[0] - latitude) / 2)
    run = np.sin(np.radians(to[1] - longitude) / 2)
    chord = rise * rise + np.cos(np.radians(latitude)) * np.cos(np.radians(to[0])) * (run * run)
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord))))


def globe(latitude: Array, longitude: Array) -> tuple[Array, Array, Array]:
    """Return places as points on a globe of radius one."""
    north, east = np.radians(latitude), np.radians(longitude)
    flat = np.cos(north)
    return flat * np.cos(east), flat * np.sin(east), np.sin(north)


def road_minutes(km: Array, start: Array, speed: Array, *, accuracy_m: int = 0) -> Array:
    """Return the minutes on the road, as `kernel.place.travel_minutes` does."""
    return start + np.rint((km + accuracy_m / 1000) * DETOUR * 60 / speed).astype(np.int64)


def stretches(starts: Array, counts: Array) -> tuple[Array, Array]:
    """Return every place of the stretches of a heap, and beside each the number of the stretch that it belongs to."""
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return np.arange(len(owner)) + np.repeat(starts - first, counts), owner
