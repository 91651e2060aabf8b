"""Checks every dependency against deny.toml, as `cargo deny check licenses bans sources` does: its license is allowed, its version is
stated, it comes from the registry. Needs nothing but Python 3.11 and cargo."""

import json
import re
import subprocess
import sys
import tomllib

POLICY = tomllib.load(open("deny.toml", "rb"))
ALLOWED = set(POLICY["licenses"]["allow"])
REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"


def allowed(expression: str) -> bool:
    """Whether an SPDX expression is satisfied by allowed licenses."""
    words = re.findall(r"[()]|[A-Za-z0-9.+-]+(?: WITH [A-Za-z0-9.-]+)?", expression.replace("/", " OR "))
    python = [
        word.lower() if word in ("AND", "OR") else word if word in "()" else str(word in ALLOWED) for word in words
    ]
    return bool(eval(" ".join(python), {"__builtins__": {}}))


def faults(package: dict) -> list[str]:
    if package["source"] is None:
        stated = (item for item in package["dependencies"] if item["req"] == "*" and item.get("path") is None)
        return [f"`{item['name']}` may have any version" for item in stated]
    found = []
    if package["source"] != REGISTRY:
        found.append(f"comes from {package['source']}")
    if not package["license"] or not allowed(package["license"]):
        found.append(f"has the license {package['license']}")
    return found


command = ["cargo", "metadata", "--format-version", "1", "--all-features", "--locked", *sys.argv[1:]]
packages = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["packages"]
wrong = [f"{package['name']} {package['version']}: {fault}" for package in packages for fault in faults(package)]
versions: dict[str, list[str]] = {}
for package in packages:
    versions.setdefault(package["name"], []).append(package["version"])
twice = [f"{name} {', '.join(found)}" for name, found in sorted(versions.items()) if len(found) > 1]
print(f"{len(packages)} packages; in more than one version: {'; '.join(twice) or 'none'}")
print("\n".join(wrong) or "licenses, versions and sources are as deny.toml says")
sys.exit(bool(wrong))
