"""Scans of code, secrets and packages: ``make audit``.

Everything but one look-up works without a network: whether a weakness of a locked package was published is asked of
PyPI's advisories when they can be reached, and said to be skipped when not. The list of what is in production (SBOM,
CycloneDX) is written to ``build/sbom.json``. The exit code is 1 if any scan found something.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from mentalspace.dev.environment import PROJECT

BUILD = PROJECT / "build"
LOCKS = ("requirements.txt", "requirements-run.txt", "requirements-dev.txt")
# More packages in production are more people to trust; see docs/security.md.
MOST_DIRECT_PACKAGES = 25
# Licenses under which a package may be part of a closed installation. By words, as packages write them differently.
LICENSES = (
    "mit",
    "bsd",
    "apache",
    "isc",
    "python",
    "psf",
    "mpl",
    "mozilla",
    "unlicense",
    "lgpl",
    "lesser",
    "zlib",
    "hpnd",
)
# Read by their whole words: a guess by randomness would call every hash of a lock a secret.
DETECTORS = (
    "ArtifactoryDetector",
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "DiscordBotTokenDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "MailchimpDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "SquareOAuthDetector",
    "StripeDetector",
    "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)
# Invented ones, of tests that look for secrets, and examples that say so.
NOT_SECRETS = re.compile(
    r"@none\b|example|nobody@|only-for-tests|:password@host|hunter2",
    re.IGNORECASE,
)


@dataclass
class Scan:
    """What one scan found. `skipped` says why it could not be made."""

    name: str
    found: list[str] = field(default_factory=list)
    told: str = ""
    skipped: str = ""


def run(*command: str, seconds: int = 300) -> subprocess.CompletedProcess[str]:
    """A program of the environment, from the project's directory."""
    words = [str(Path(sys.executable).with_name(command[0])) if command[0] != "git" else "git", *command[1:]]
    return subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=seconds)


# --- Code -------------------------------------------------------------------------------------------------------


def code() -> Scan:
    """Ruff's security rules (bandit's), and the project's own list of dangerous calls."""
    rules = run("ruff", "check", "--select", "S", "--output-format", "concise", ".")
    calls = run(
        "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "tests/architecture/test_dangerous_calls.py"
    )
    found = rules.stdout.splitlines() if rules.returncode else []
    if calls.returncode:
        found += [
            line for line in calls.stdout.splitlines() if line.startswith(("E ", "FAILED", "ERROR"))
        ] or ["?"]
    return Scan("code", found, "ruff's security rules; markup, SQL and commands only where they are listed")


# --- Secrets ----------------------------------------------------------------------------------------------------


def secrets_in(lines: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Where among (place, line) something looks like a key or password of somebody. Never what it is."""
    from detect_secrets.core.scan import scan_line
    from detect_secrets.settings import transient_settings

    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        for place, line in lines:
            if len(line) < 5000 and not NOT_SECRETS.search(line):
                yield from (f"{place}: {secret.type}" for secret in scan_line(line))


def written_lines() -> Iterator[tuple[str, str]]:
    """Every line of every file that git knows."""
    for name in run("git", "ls-files", "-z").stdout.split("\0"):
        path = PROJECT / name
        if not name or not path.is_file() or b"\0" in (raw := path.read_bytes())[:8000]:
            continue
        for number, line in enumerate(raw.decode(errors="replace").splitlines(), 1):
            yield f"{name}:{number}", line


def past_lines() -> Iterator[tuple[str, str]]:
    """Every line that any commit added. What was once committed is known, also when it was removed later."""
    history = run(
        "git", "log", "--all", "-p", "-U0", "--no-color", "--no-ext-diff", "--format=commit %h"
    ).stdout
    commit, name = "", ""
    for line in history.splitlines():
        if line.startswith("commit "):
            commit = line.removeprefix("commit ")
        elif line.startswith("+++ "):
            name = line.removeprefix("+++ b/")
        elif line.startswith("+"):
            yield f"{commit} {name}", line[1:]


def secrets() -> Scan:
    """Keys and passwords in the files and in their history."""
    found = sorted({*secrets_in(written_lines()), *secrets_in(past_lines())})
    commits = run("git", "rev-list", "--all", "--count").stdout.strip()
    return Scan(
        "secrets", found, f"all files and the lines of {commits or 'no'} commits, {len(DETECTORS)} kinds"
    )


# --- Packages ---------------------------------------------------------------------------------------------------


def locked(text: str) -> dict[str, str]:
    """Name and version of each locked package; without a hash the version is empty."""
    found = {}
    for entry in re.split(r"\n(?=\S)", re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)):
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", entry):
            found[match[1].lower()] = match[2] if "--hash=sha256:" in entry else ""
        elif match := re.match(r"([A-Za-z0-9._-]+)", entry):
            found[match[1].lower()] = ""
    return found


def packages() -> Scan:
    """Whether every package is pinned by hash and installed as locked, and how many production rests on."""
    found = []
    counts = []
    for name in LOCKS:
        lock = locked((PROJECT / name).read_text(encoding="utf-8"))
        counts.append(len(lock))
        for package, version in lock.items():
            if not version:
                found.append(f"{name}: {package} is not pinned by version and hash")
            elif (here := installed(package)) not in {version, ""}:
                found.append(f"{name}: {package} {version} is locked, {here} is installed")
    lines = (PROJECT / "requirements.in").read_text(encoding="utf-8").splitlines()
    direct = sum(bool(line) and not line.startswith(("#", "-")) for line in lines)
    if direct > MOST_DIRECT_PACKAGES:
        found.append(f"requirements.in: {direct} packages, more than {MOST_DIRECT_PACKAGES}")
    told = f"{counts[0]} in production ({direct} chosen), {counts[1]} to run a working copy, {counts[2]} to develop"
    return Scan("packages", found, told)


def installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        # Packages for other systems are locked too.
        return ""


def licenses() -> Scan:
    """The licenses of the packages of production."""
    lock = locked((PROJECT / LOCKS[0]).read_text(encoding="utf-8"))
    found = [
        f"{package}: {said[:60] or 'says no license'}"
        for package in lock
        if installed(package) and not allowed(said := license_of(package))
    ]
    return Scan("licenses", found, f"{len(lock)} packages of production")


def license_of(package: str) -> str:
    """What the package says of itself: expression, classifiers, or text."""
    about = metadata.metadata(package)
    classified = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return first(about, "License-Expression") or " ".join(classified) or first(about, "License")


def first(about: metadata.PackageMetadata, field_name: str) -> str:
    """What stands first under this name, if anything does."""
    return next(iter(about.get_all(field_name) or []), "")


def allowed(said: str) -> bool:
    """Whether one of the licenses named may be used; GPL is no LGPL."""
    words = re.findall(r"[a-z]+", said.lower())
    return any(word.startswith(LICENSES) for word in words) and not {"agpl", "affero"} & set(words)


def weaknesses() -> Scan:
    """Published weaknesses of what is locked for production. Asks PyPI; without a network there is nothing to ask."""
    scan = Scan("weaknesses", told="published advisories about the packages of production")
    command = (
        "pip-audit",
        "-r",
        LOCKS[0],
        "--require-hashes",
        "--disable-pip",
        "--progress-spinner",
        "off",
        "-f",
        "json",
    )
    try:
        asked = run(*command, seconds=120)
        answer = json.loads(asked.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        scan.skipped = "PyPI's advisories cannot be reached from here; run it again where they can"
        return scan
    asked_about = [package for package in answer["dependencies"] if "skip_reason" not in package]
    if len(asked_about) < len(answer["dependencies"]):
        missing = len(answer["dependencies"]) - len(asked_about)
        scan.skipped = (
            f"PyPI's advisories know nothing of {missing} packages from here; run it again where they do"
        )
    for package in asked_about:
        for one in package.get("vulns", []):
            better = ", ".join(one["fix_versions"]) or "none yet"
            scan.found.append(f"{package['name']} {package['version']}: {one['id']}, mended in {better}")
    return scan


def bill_of_materials() -> Scan:
    """Write what is in production to `build/sbom.json`."""
    BUILD.mkdir(exist_ok=True)
    target = BUILD / "sbom.json"
    made = run("cyclonedx-py", "requirements", LOCKS[0], "--output-reproducible", "-o", str(target))
    if made.returncode:
        return Scan("sbom", [made.stderr.strip().splitlines()[-1]])
    count = len(json.loads(target.read_text(encoding="utf-8"))["components"])
    return Scan("sbom", told=f"{count} components in {target.relative_to(PROJECT)}")


# --- Report -----------------------------------------------------------------------------------------------------

SCANS: tuple[Callable[[], Scan], ...] = (code, secrets, packages, licenses, weaknesses, bill_of_materials)


def main() -> int:
    failed = skipped = 0
    for make in SCANS:
        scan = make()
        word = "FOUND" if scan.found else "SKIPPED" if scan.skipped else "clean"
        print(f"{word:8}{scan.name:12}{scan.skipped or scan.told}", flush=True)
        for line in scan.found:
            print(f"          {line}")
        failed += bool(scan.found)
        skipped += bool(scan.skipped)
    print(f"{len(SCANS) - failed - skipped} clean, {failed} with findings, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
