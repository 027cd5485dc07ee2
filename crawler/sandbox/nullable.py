"""The one list in which our schema differs from GitHub's: fields that are never null there and may be null here."""

from __future__ import annotations

NULLABLE = frozenset(
    {
        "Commit.authoredDate",
        "Ref.name",
        "Release.createdAt",
        "Release.isDraft",
        "Release.isLatest",
        "Release.isPrerelease",
        "Release.tagName",
        "Release.url",
        "Repository.createdAt",
        "Repository.discussions",
        "Repository.forkCount",
        "Repository.fundingLinks",
        "Repository.hasDiscussionsEnabled",
        "Repository.hasIssuesEnabled",
        "Repository.hasSponsorshipsEnabled",
        "Repository.isArchived",
        "Repository.isDisabled",
        "Repository.isEmpty",
        "Repository.isFork",
        "Repository.isLocked",
        "Repository.isMirror",
        "Repository.isPrivate",
        "Repository.isTemplate",
        "Repository.issues",
        "Repository.owner",
        "Repository.pullRequests",
        "Repository.releases",
        "Repository.repositoryTopics",
        "Repository.updatedAt",
        "Repository.visibility",
        "Repository.watchers",
    }
)
"""`Type.field` names. The recording of 2023-09-25 does not hold them, so its answers are null there."""
