"""Mila: a service mediation platform, from the booking of a visit to the pay-out of the helper."""
