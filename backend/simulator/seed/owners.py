"""Owners of an account, active and archived."""

from __future__ import annotations

from random import Random

from simulator.identity import Profile
from simulator.moments import iso
from simulator.seed.words import FAMILY_NAMES, GIVEN_NAMES

FIRST_OWNER_ID = 70_000_001
OWNER_ID_STEP = 3
Owner = dict[str, object]


def build_owners(profile: Profile, active: int, archived: int) -> list[Owner]:
    """Make an account's owners; ids ascend, the archived ones come last, and one active owner has no name."""
    rng = Random(f"owners {profile.portal_id}")
    return [_owner(profile, rng, position, archived=position >= active) for position in range(active + archived)]


def _owner(profile: Profile, rng: Random, position: int, *, archived: bool) -> Owner:
    given, family = rng.choice(GIVEN_NAMES), rng.choice(FAMILY_NAMES)
    created_ms = 1_640_995_200_000 + position * 86_400_123
    user_id = 9_000_001 + position * 7
    nameless = position == 1
    owner: Owner = {
        "id": str(FIRST_OWNER_ID + position * OWNER_ID_STEP),
        "email": f"{given}.{family}{position}@{profile.hub_domain}".lower().replace(" ", "").replace("'", ""),
        "type": "PERSON",
        "firstName": "" if nameless else given,
        "lastName": "" if nameless else family,
        "userId": None if archived else user_id,
        "userIdIncludingInactive": user_id,
        "createdAt": iso(created_ms),
        "updatedAt": iso(created_ms + 3_600_000),
        "archived": archived,
    }
    # Who is in no team has no such member. Source: recorded answers, 2026-03.
    return owner | {"teams": [{"id": "368389", "name": "Sales", "primary": True}]} if position % 4 == 0 else owner
