"""The keys of each kind of object in a seeds file, and what each holds; `schema.json` says the same to editors."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "text",
    "day",
    "loose day",  # of other tools, which read more forms of it than the plain one
    "flag",
    "texts",
    "text or texts",
    "text or mapping",
    "list",
    "repositories",  # a list of mappings, though real files also have one alone, or addresses
    "mapping",
    "anything",
]
Keys = dict[str, Kind]

TOP: Keys = {
    "name": "text",
    "groups": "list",
    "organizations": "list",
    "categories": "list",
    "landscape": "list",
    # Of landscapeapp's processed files.
    "twitter_options": "anything",
    "updated_at": "anything",
}

GROUP: Keys = {"name": "text", "categories": "texts"}

ORGANIZATION: Keys = {
    "id": "text",
    "name": "text",
    "kind": "text",
    "parent": "text",
    "share": "text",
    "parent_since": "day",
    "parent_until": "day",
    "parents": "list",
    "homepage_url": "text",
    "github_login": "text",
    "ticker": "text",
    "exchange": "text",
    "token_id": "text",
    "token_relation": "text",
    "opencollective_slug": "text",
    "crunchbase_permalink": "text",
    "attribution_share": "text or mapping",
    "attribution_class": "text",
    "figures": "list",
}

PARENT: Keys = {"organization": "text", "share": "text", "since": "day", "until": "day", "source_url": "text"}

ATTRIBUTION: Keys = {
    "share": "text",
    "low": "text",
    "high": "text",
    "rule": "text",
    "source_url": "text",
    "as_of": "day",
}

FIGURE: Keys = {
    "measure": "text",
    "kind": "text",
    "amount": "text",
    "currency": "text",
    "as_of": "day",
    "source_url": "text",
    "licence_class": "text",
    "note": "text",
}

# `category:`, `subcategory:` and `item:` are the empty marker keys of older landscape files.
CATEGORY: Keys = {"category": "anything", "name": "text", "subcategories": "list"}

SUBCATEGORY: Keys = {"subcategory": "anything", "name": "text", "items": "list"}

OVERRIDE: Keys = {"override_reason": "text", "override_review_on": "day"}

PROJECT_ORG: Keys = {"include": "text or texts", "exclude": "text or texts", "max": "text"}

REPOSITORY: Keys = {"repo_url": "text", "branch": "text", "license": "text", "former_repo_urls": "texts", **OVERRIDE}

ITEM: Keys = {
    "item": "anything",
    "name": "text",
    "id": "text",
    "aliases": "texts",
    "description": "text",
    "homepage_url": "text",
    "logo": "text",
    **REPOSITORY,
    "additional_repos": "repositories",
    "allow_duplicate_repo": "flag",
    "project_org": "text",
    "project_org_repositories": "mapping",
    "organization": "anything",
    "crunchbase": "text",
    "unnamed_organization": "flag",
    "project": "text",
    "joined": "loose day",
    "enduser": "flag",
    "second_path": "text or texts",
    "twitter": "text",
    "url_for_bestpractices": "text",
    "extra": "mapping",
    # Of older landscape files.
    "stock_ticker": "text",
    # Of older landscape files; kept, and not read.
    "open_source": "flag",
    # What other tools generate.
    "best_practice_data": "anything",
    "crunchbase_data": "anything",
    "github_data": "anything",
    "github_start_commit_data": "anything",
    "image_data": "anything",
    "repos": "anything",
    "twitter_data": "anything",
    "yahoo_finance_data": "anything",
    # What `crawler export yaml` writes.
    "enriched": "anything",
}

EXTRA: Keys = {
    "accepted": "loose day",
    "incubating": "loose day",
    "graduated": "loose day",
    "archived": "loose day",
    "annual_review_date": "loose day",
    "annotations": "mapping",
    "audits": "list",
    "other_links": "list",
    "tag": "texts",
    "specification": "flag",
    **dict.fromkeys(
        (
            "annual_review_url",
            "artwork_url",
            "blog_url",
            "bluesky_url",
            "chat_channel",
            "clomonitor_name",
            "dev_stats_url",
            "discord_url",
            "docker_url",
            "documentation_url",
            "facebook_url",
            "funding_url",
            "github_discussions_url",
            "gitter_url",
            "lfx_slug",
            "linkedin_url",
            "mailing_list_url",
            "package_manager_url",
            "parent_project",
            "pinterest_url",
            "reddit_url",
            "slack_url",
            "stack_overflow_url",
            "summary_business_use_case",
            "summary_integration",
            "summary_integrations",
            "summary_intro_url",
            "summary_personas",
            "summary_release_rate",
            "summary_tags",
            "summary_use_case",
            "training_certifications",
            "training_type",
            "youtube_url",
        ),
        "text",
    ),
}
