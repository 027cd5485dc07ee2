"""What the reader of another tool's list merged and left out, in the report of the import."""

from __future__ import annotations

from crawler.importing.lists.pairs import Place
from crawler.importing.lists.report import LeftOut, Merged, Report
from crawler.importing.lists.walking import Count
from crawler.seeds.findings import Findings


def take_account(findings: Findings, place: Place, report: Report) -> Count:
    """Tell of it, and of the notices about anything else; returns what is not in the list's tree."""
    account = findings.account
    told = account.says()
    report.notices += [str(one) for one in findings.in_order() if id(one) not in told]
    merged = Count(items=len(account.merged), addresses=sum(one.addresses for one in account.merged))
    not_read = Count(items=account.items_not_read, addresses=account.addresses_not_read)
    report.merged = report.merged.plus(merged)
    report.could_not_read = report.could_not_read.plus(not_read)
    for one in account.merged:
        report.merged_items.append(
            Merged(
                name=one.name,
                place=f"{place.path}:{one.finding.line}",
                into=one.into,
                into_place=f"{place.path}:{one.into_line}",
                differing=one.differing,
            )
        )
    for left in account.not_read:
        report.left_out.append(
            LeftOut(what="item", name="", place=f"{place.path}:{left.finding.line}", reason=left.finding.problem)
        )
    more = account.items_not_read - len(account.not_read)
    if more:
        report.left_out.append(LeftOut(what="item", name="", place=place.path, reason=f"and {more:,} more like these"))
    return merged.plus(not_read)
