"""The page of what the ecosystem is worth: one range first, then every policy, who it is made of, and what changed."""

from __future__ import annotations

from typing import Any

from crawler.figures.policies import policies
from crawler.figures.value_parts import HEADLINE
from crawler.site.asked import Asked, Page
from crawler.site.money import money_of
from crawler.site.pages.value_policies import all_policies, policy_title
from crawler.site.pages.value_policy import one_policy


def page(asked: Asked) -> Page:
    """The value by one policy, beside all others; `policy` names another than the headline."""
    names = [policy.name for policy in policies() if not policy.is_comparison]
    policy = asked.query.one_of("policy", names, HEADLINE)
    language = asked.texts.language
    values: dict[str, Any] = {
        **asked.once(f"value.policies.{language}", lambda: all_policies(asked, money_of(asked))),
        **asked.once(f"value.{policy}.{language}", lambda: one_policy(asked, money_of(asked), policy)),
    }
    is_headline = policy == HEADLINE
    title = asked.texts("value.title") if is_headline else policy_title(asked.texts, policy)
    return Page(
        template="value.html",
        title=title,
        values={**values, "policy": policy, "headline": HEADLINE, "is_headline": is_headline},
    )
