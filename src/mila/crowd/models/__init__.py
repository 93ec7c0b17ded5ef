"""The rows of the crowd: people with their time, and what they have proven to brands."""

from mila.crowd.models.faces import Face
from mila.crowd.models.people import (
    AvailabilityException,
    BackgroundCheck,
    CalendarFeed,
    CalendarSubscription,
    Dispatcher,
    ExceptionKind,
    ExceptionSource,
    HeldSkill,
    Helper,
    HelperState,
    LegalStatus,
    Provider,
    ProviderState,
    SignedContract,
    TaxStatus,
    Vehicle,
    WeeklyHours,
)
from mila.crowd.models.qualifications import HeldQualification, Qualification

__all__ = [
    "AvailabilityException",
    "BackgroundCheck",
    "CalendarFeed",
    "CalendarSubscription",
    "Dispatcher",
    "ExceptionKind",
    "ExceptionSource",
    "Face",
    "HeldQualification",
    "HeldSkill",
    "Helper",
    "HelperState",
    "LegalStatus",
    "Provider",
    "ProviderState",
    "Qualification",
    "SignedContract",
    "TaxStatus",
    "Vehicle",
    "WeeklyHours",
]
