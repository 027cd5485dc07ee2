"""Stands in for GitHub's command line tool: a release, pull requests and comments in a file, every call noted.

What the scripts ask `--jq` to make of an answer it makes by itself, as it knows their questions. Few modules are
imported: it is started a hundred times.
"""

# Without pathlib, which takes longer to load than all the rest.
# ruff: noqa: PTH119, PTH123
from __future__ import annotations

import json
import os
import sys

HOME = os.environ["GH_STUB"]
BOT = "github-actions[bot]"


def tell(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)


def leave(code: int, message: str) -> None:
    tell(json.dumps({"message": "not what was asked for"}))  # as the real one does
    sys.stderr.write(f"gh: {message}\n")
    sys.exit(code)


def main(arguments: list[str]) -> None:
    state = json.loads(content(f"{HOME}/state.json"))
    with open(f"{HOME}/calls.jsonl", "a") as calls:
        calls.write(json.dumps(arguments) + "\n")
    if os.environ.get("GH_TOKEN") is None:
        leave(4, "no token")
    if not state["reachable"]:
        leave(1, "Server Error (HTTP 502)")
    if arguments[0] == "api":
        api(arguments[1:], state)
    else:
        release(arguments[1], arguments[2:], state)
    with open(f"{HOME}/state.json", "w") as file:
        file.write(json.dumps(state))


def held(tag: str) -> str:
    """Where the state has the files of a release."""
    return "assets" if tag == "landscape-data" else f"assets of {tag}"


def release(verb: str, rest: list[str], state: dict) -> None:
    key = held(rest[0])
    assert "--repo" in rest
    if verb == "create":
        if state["read_only"]:
            leave(1, "Resource not accessible by integration (HTTP 403)")
        state[key] = {}
    elif verb == "upload":
        if state["upload_fails"]:
            leave(1, "Server Error (HTTP 502)")
        name = os.path.basename(rest[1])
        assert name not in {one["name"] for one in state[key].values()}
        number = str(
            1 + max((int(one) for name in state if name.startswith("assets") for one in state[name] or ()), default=0)
        )
        copy(rest[1], f"{HOME}/asset-{number}")
        state[key][number] = {"name": name}
    elif verb == "download":
        wanted = rest[rest.index("--pattern") + 1]
        (number,) = [number for number, one in state[key].items() if one["name"] == wanted]
        copy(f"{HOME}/asset-{number}", rest[rest.index("--output") + 1])


def api(rest: list[str], state: dict) -> None:
    method, fields, jq, path = "GET", {}, "", ""
    while rest:
        one = rest.pop(0)
        if one == "--method":
            method = rest.pop(0)
        elif one in {"-f", "-F"}:
            name, _, text = rest.pop(0).partition("=")
            fields[name] = content(text[1:]) if one == "-F" and text.startswith("@") else text
        elif one == "--jq":
            jq = rest.pop(0)
        elif one == "-H":
            rest.pop(0)
        elif one != "--paginate":
            path = one
    parts = path.partition("?")[0].split("/")
    assert parts[:3] == ["repos", "us", "landscape"], path
    if method != "GET" and state["read_only"]:
        leave(1, "Resource not accessible by integration (HTTP 403)")
    match parts[3:]:
        case ["releases", "tags", tag]:
            assets = state.get(held(tag))
            if assets is None:
                leave(1, "Not Found (HTTP 404)")
            if jq.startswith(".assets[] | select"):
                tell("\n".join(one["name"] for one in assets.values()))
            else:
                tell("\n".join(f"{number}\t{one['name']}" for number, one in assets.items()))
        case ["releases", "assets", number]:
            (assets,) = [state[key] for key in state if key.startswith("assets") and number in (state[key] or {})]
            if method == "DELETE":
                del assets[number]
            else:
                assert fields["name"] not in {one["name"] for one in assets.values()}
                assets[number] = fields
        case ["pulls"]:
            found = [one for one in state["pulls"].values() if one["from"] == fields["head"]]
            tell("\n".join(f"{one['number']}\t{one['head']}" for one in found))
        case ["pulls", number]:
            tell(f"{state['pulls'][number]['base']}\t{state['pulls'][number]['head']}")
        case ["compare", both]:
            tell(git("merge-base", *both.split("...")), end="")
        case ["contents", *_]:
            from urllib.parse import unquote

            found = git("show", f"{fields['ref']}:{unquote('/'.join(parts[4:]))}")
            if found is None:
                leave(1, "Not Found (HTTP 404)")
            tell(found, end="")
        case ["issues", number, "comments"]:
            if method == "GET":
                told = [(one["id"], one["login"], one["body"].split("\n")[0]) for one in state["comments"]]
                tell("\n".join("\t".join(map(str, one)) for one in told))
            else:
                new = {"id": 100 + len(state["comments"]), "login": BOT, "body": fields["body"], "on": number}
                state["comments"].append(new)
        case ["issues", "comments", number]:
            (comment,) = [one for one in state["comments"] if str(one["id"]) == number]
            comment["body"] = fields["body"]
        case _:
            raise AssertionError(path)


def git(*arguments: str) -> str | None:
    import subprocess

    remote = json.loads(content(f"{HOME}/state.json"))["remote"]
    done = subprocess.run(["git", "-C", remote, *arguments], capture_output=True, check=False, text=True)
    return None if done.returncode else done.stdout


def content(path: str) -> str:
    with open(path) as file:
        return file.read()


def copy(source: str, target: str) -> None:
    with open(source, "rb") as one, open(target, "wb") as other:
        other.write(one.read())


if __name__ == "__main__":
    main(sys.argv[1:])
