"""Which identity asks what: the first that is let in, and what there is to say of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawler.errors import LimitReached, NoToken
from crawler.fetch.identities import Identity
from crawler.spending import Quota


class Signing:
    """Identities in their fallback order, nobody at last."""

    def __init__(self, identities: list[Identity]) -> None:
        self.identities = identities

    @property
    def is_anonymous(self) -> bool:
        """Whether no token is there for GraphQL, or none is left."""
        return self.signed([]) is None

    @property
    def quotas(self) -> dict[tuple[str, str], Quota]:
        """Where the limits stood when they were last seen, by identity and resource."""
        return {
            (identity.key, resource): meter.quota
            for identity in self.identities
            for resource, meter in identity.meters.items()
            if meter.quota is not None
        }

    @property
    def expiring(self) -> list[str]:
        """Which tokens are about to end."""
        return [notice for one in self.identities if (notice := one.expiry_notice())]

    @property
    def notices(self) -> list[str]:
        """What there is to say of the identities: set aside, refused by owners, about to end."""
        told: list[str] = []
        for one in (one for one in self.identities if not one.is_anonymous):
            told += [f"the {one.label} was set aside: {reason}" for reason in dict.fromkeys(one.set_aside.values())]
            told += [notice] if (notice := one.expiry_notice()) else []
            told += [f"{place} refuses the {one.label}: {reason}" for place, reason in sorted(one.refusals.items())]
        return told

    def signed(self, places: Iterable[str]) -> Identity | None:
        """The first identity with a token that is let in at all of the places; None where there is none."""
        listed = ["", *places]
        fit = (one for one in self.identities if all(one.serves("graphql", place) for place in listed))
        return next(fit, None)

    def note_places(self, key: str, *, admitted: Iterable[str], refused: Mapping[str, str]) -> None:
        """Note where the identity of that key was let in, and where not and why: there the next one is tried."""
        for one in self.identities:
            if one.key == key:
                for place in admitted:
                    one.admit(place)
                for place, reason in refused.items():
                    one.refuse(place, reason)

    def refusal(self, place: str) -> str:
        """Why no token is let in there; "" where one may be."""
        reasons = [reason for one in self.identities if (reason := one.refusal(place))]
        return reasons[0] if reasons and self.signed([place]) is None else ""

    def any_identity(self, place: str) -> Identity:
        """The first identity that is let in there, nobody at last; NoToken or Skip where there is none."""
        # A token that lacks a scope for GraphQL may still ask REST, where there is no better one.
        for identity in sorted(self.identities, key=lambda one: (one.is_anonymous, bool(one.set_aside))):
            if identity.serves("core", place):
                return identity
        if any(identity.serves("core") for identity in self.identities):
            raise LimitReached(self.refusal(place) or self.no_token())
        raise NoToken(self.no_token())

    def no_token(self) -> str:
        """Why no token can be used."""
        signed = [one for one in self.identities if not one.is_anonymous] or self.identities
        reasons = [reason for one in signed for reason in dict.fromkeys(one.set_aside.values())]
        return "; ".join(reasons) if reasons else "GitHub answers GraphQL only with a token"
