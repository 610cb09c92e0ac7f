"""Lay out the front end's third-party files under static/vendor/, from tarballs that `npm pack` fetched.

    mkdir /tmp/npm && cd /tmp/npm
    npm pack @tabler/core@1.6.1 @tabler/icons@3.51.0 htmx.org@2.0.11 chart.js@4.6.1 \
        interactjs@1.10.28 sortablejs@1.15.7 @fontsource-variable/inter@5.3.0
    python tools/vendor_front_end.py /tmp/npm

To add an icon: put its name into static/vendor/icons.txt and run the same. Nothing is built: files are copied as
published, save that the pointer to a source map is cut off (the maps are megabytes and are not served), and that the
listed icons are gathered in one sprite.
"""

import hashlib
import json
import re
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
ICONS = VENDOR / "icons.txt"
SOURCE_MAP = re.compile(rb"\s*(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*$")
MIT_TABLER = """MIT License

Copyright (c) 2018-2026 The Tabler Authors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


@dataclass(frozen=True)
class Library:
    """One published package, and the few files of it that the project serves."""

    package: str
    folder: str
    licence: str
    files: dict[str, str]
    licence_file: str | None = "LICENSE"
    why: str = ""
    icons: bool = field(default=False)


LIBRARIES = [
    Library("tabler-core", "tabler", "MIT", {"dist/css/tabler.min.css": "tabler.min.css"}, None, "styles"),
    Library("tabler-icons", "tabler-icons", "MIT", {}, why="icons, those of icons.txt", icons=True),
    Library("htmx.org", "htmx", "0BSD", {"dist/htmx.min.js": "htmx.min.js"}, why="partial pages"),
    Library(
        "chart.js",
        "chart.js",
        "MIT",
        {"dist/chart.umd.min.js": "chart.umd.min.js"},
        "LICENSE.md",
        "charts, where used",
    ),
    Library(
        "interactjs",
        "interactjs",
        "MIT",
        {"dist/interact.min.js": "interact.min.js"},
        why="dragging in the calendar, where used",
    ),
    Library(
        "sortablejs",
        "sortablejs",
        "MIT",
        {"Sortable.min.js": "Sortable.min.js"},
        why="boards and orders, where used",
    ),
    Library(
        "fontsource-variable-inter",
        "inter",
        "OFL-1.1",
        {"files/inter-latin-wght-normal.woff2": "inter-latin-wght-normal.woff2"},
        why="the typeface",
    ),
]


def main(tarballs: Path) -> None:
    """Write every folder, the sprite and the README."""
    rows = [row for library in LIBRARIES for row in vendor(library, tarballs)]
    head = (
        "# Third-party front end\n\n"
        "Written by `tools/vendor_front_end.py`; a test compares the checksums. Served by the project itself.\n\n"
        "| file | version | licence | for | SHA-256 |\n|---|---|---|---|---|\n"
    )
    (VENDOR / "README.md").write_text(head + "".join(rows))


def vendor(library: Library, tarballs: Path) -> list[str]:
    """Unpack one package's files and return its rows of the README."""
    matches = sorted(path for path in tarballs.glob(f"{library.package}-*.tgz"))
    if not matches:
        raise SystemExit(f"{library.package}: no tarball in {tarballs}")
    with tarfile.open(matches[-1]) as archive:

        def read(name: str) -> bytes:
            member = archive.extractfile(f"package/{name}")
            assert member is not None, name
            return member.read()

        version = json.loads(read("package.json"))["version"]
        folder = VENDOR / f"{library.folder}-{version}"
        folder.mkdir(parents=True, exist_ok=True)
        contents = {target: SOURCE_MAP.sub(b"\n", read(source)) for source, target in library.files.items()}
        if library.icons:
            contents["sprite.svg"] = sprite(
                {name: read(f"icons/outline/{name}.svg").decode() for name in icon_names()}
            )
        licence = read(library.licence_file) if library.licence_file else MIT_TABLER.encode()
        (folder / "LICENSE.txt").write_bytes(licence)
    rows = []
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        rows.append(f"| {folder.name}/{name} | {version} | {library.licence} | {library.why} | {digest} |\n")
    return rows


def icon_names() -> list[str]:
    """The icons in use, sorted."""
    return sorted({line.strip() for line in ICONS.read_text().splitlines() if line.strip()})


def sprite(icons: dict[str, str]) -> bytes:
    """One file of symbols; stroke and fill come from the `svg.icon` that uses them."""
    symbols = []
    for name, source in icons.items():
        body = re.sub(r"^.*?<svg.*?>|</svg>.*$", "", source, flags=re.S)
        body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", body)
        body = re.sub(r"\s+", " ", body).replace("> <", "><").replace(" />", "/>").strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>\n')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "".join(symbols) + "</svg>\n").encode()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
