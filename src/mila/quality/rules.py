"""What ratings say of a helper."""

PRIOR_STARS = 4_500  # thousandths of a star: what is believed of somebody without ratings
PRIOR_WEIGHT = 5  # in ratings


def standing(stars: list[int]) -> int:
    """Return the Bayesian average of the stars in thousandths, rounded down: few ratings pull little."""
    return (PRIOR_STARS * PRIOR_WEIGHT + 1000 * sum(stars)) // (PRIOR_WEIGHT + len(stars))
