"""How an owner refuses a token: GitHub's wording for each reason, in GraphQL beside its neighbours and in REST."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.sandbox.credentials import Credential, Refusal
from crawler.sandbox.faults import Spoil
from crawler.sandbox.replies import SAML, Reply, message_reply
from crawler.sandbox.world import World

_ALTHOUGH = "Although you appear to have the correct authorization credentials, the `{owner}` organization has"
_WORDING: dict[Refusal, str] = {
    "saml": SAML,
    "classic": "`{owner}` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or "
    "a personal access token with fine-grained permissions.",
    "lifetime": "The '{owner}' organization forbids access via a fine-grained personal access tokens if the token's "
    "lifetime is greater than 366 days. Please adjust your token's lifetime at the following URL: "
    "https://github.com/settings/personal-access-tokens/1",
    "ip": _ALTHOUGH + " an IP allow list enabled, and your IP address is not permitted to access this resource.",
    "oauth": _ALTHOUGH + " enabled OAuth App access restrictions, meaning that data access to third-parties is "
    "limited. For more information on these restrictions, including how to enable this app, visit "
    "https://docs.github.com/articles/restricting-access-to-your-organization-s-data/",
}


def in_rest(credential: Credential, name: str) -> Reply | None:
    """403 where the owner of the repository `name` refuses the token."""
    owner = name.partition("/")[0]
    reason = credential.refusal_of(owner)
    if reason is None:
        return None
    link = f"required; url=https://github.com/orgs/{owner}/sso?authorization_request=SANDBOX"
    return message_reply(
        403, _WORDING[reason].format(owner=owner), **({"x_github_sso": link} if reason == "saml" else {})
    )


def in_graphql(credential: Credential, names: Iterable[str], world: World) -> list[Spoil]:
    """What is taken out of an answer about `names`, folded: repositories (also as parents of others) and logins."""
    spoils: list[Spoil] = []
    for name in sorted(set(names)) if credential.refused_by else ():
        repository = world.find(name)
        present = repository.name_with_owner if repository else name
        spoils += _spoils(credential, name, present)
        if repository and repository.parent:
            spoils += _spoils(credential, name, repository.parent.name_with_owner, "parent")
    return spoils


def _spoils(credential: Credential, name: str, owned: str, *at: str) -> list[Spoil]:
    owner = owned.partition("/")[0]
    reason = credential.refusal_of(owner)
    if reason is None:
        return []
    extensions = {"saml_failure": True} if reason == "saml" else {}
    return [Spoil(name, _WORDING[reason].format(owner=owner), "FORBIDDEN", at, extensions)]
