"""Which part of an organisation's worth has to do with the landscape: a share with its reasons, or only a class."""

from __future__ import annotations

from decimal import Decimal

from yaml.nodes import MappingNode

from crawler.listed import Attribution
from crawler.seeds.fields import Fields, read_fields
from crawler.seeds.findings import short
from crawler.seeds.keys import ATTRIBUTION

RULES = ("segment_revenue", "subsidiary", "employees", "class")
"""How a share was found, from the best way to the last."""
CLASSES = ("pure_play", "mixed_software", "conglomerate", "end_user")


def read_attribution(organization: Fields) -> Attribution | None:
    """The `attribution_share:` of an organisation: a number alone, or a mapping that says more."""
    node = organization.value("attribution_share")
    if not isinstance(node, MappingNode):
        share = organization.share("attribution_share")
        if share and Decimal(share) not in {0, 1}:
            _notice_bare(organization, "attribution_share")
        return Attribution(share=share) if share else None
    where = f"{organization.where} / attribution_share"
    fields = read_fields(node, ATTRIBUTION, where, "", organization.findings)
    if fields is None or fields.required("share", "0.25") is None:
        return None
    share = fields.share("share")
    low, high = fields.share("low"), fields.share("high")
    cure = "swap the two, or correct one"
    if share and low and Decimal(low) > Decimal(share):
        fields.fault("low", f"low ({low}) is more than the share ({share})", cure)
    if share and high and Decimal(high) < Decimal(share):
        fields.fault("high", f"high ({high}) is less than the share ({share})", cure)
    rule = fields.text("rule")
    if rule and rule not in RULES:
        cure = fields.findings.did_you_mean(rule, RULES, f"write one of {', '.join(RULES)}")
        fields.fault("rule", f"there is no rule '{short(rule)}'", cure)
    if share is None:
        return None
    source_url = fields.source_url()
    if not (rule and source_url):
        _notice_bare(fields, "share")
    return Attribution(share=share, low=low, high=high, rule=rule, source_url=source_url, as_of=fields.text("as_of"))


def _notice_bare(fields: Fields, key: str) -> None:
    problem = "the share stands without the rule by which it was found, or the page on which it rests"
    fields.notice(key, problem, f"write share:, rule: ({', '.join(RULES)}) and source_url: below attribution_share:")


def read_attribution_class(organization: Fields) -> str | None:
    """The `attribution_class:` of an organisation; a fault for an unknown one."""
    of_class = organization.text("attribution_class")
    if of_class and of_class not in CLASSES:
        cure = organization.findings.did_you_mean(of_class, CLASSES, f"write one of {', '.join(CLASSES)}")
        organization.fault("attribution_class", f"there is no attribution_class '{short(of_class)}'", cure)
    return of_class
