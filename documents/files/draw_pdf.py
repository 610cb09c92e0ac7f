"""A program of its own: draws one page of the PDF on its input as a PNG on its output.

`draw_pdf.py PAGE` with a page from 1 on; with `count` after it, a first line says how many pages there are. A PDF comes
from outside and may be made to take all memory or to go on for ever. So this runs beside the server, under limits that
it gives itself, and is thrown away; it imports nothing of the application. Exit code 1: this is no PDF to be drawn.
"""

import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

MEMORY = 1024**3
CPU_SECONDS = 20
PIXELS_PER_INCH = 110
MOST_PAGES = 2000
# Wide and high at most so many points: at 110 pixels per inch under 2,500 pixels.
LARGEST = 1600


def page_source(page: int) -> str:
    return (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#let picture = image("file.pdf", page: {page})\n'
        "#context {\n"
        "  let size = measure(picture)\n"
        f"  let part = calc.min(1, {LARGEST}pt / calc.max(size.width, size.height))\n"
        '  image("file.pdf", page: ' + str(page) + ", width: size.width * part)\n"
        "}\n"
    )


def main() -> int:
    asked = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # One thread: each more would reserve memory that the limit counts.
    os.environ |= {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import typst

    memory = Path("/dev/shm")  # noqa: S108 - memory, so that what is sealed on the disk never lies there in clear
    place = str(memory) if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        here = Path(folder)
        (here / "file.pdf").write_bytes(sys.stdin.buffer.read())

        def drawn(page: int, how: Literal["png", "svg"]) -> bytes | None:
            (here / "drawn.typ").write_text(page_source(page))
            try:
                made = typst.compile(
                    here / "drawn.typ", root=here, format=how, ppi=PIXELS_PER_INCH, ignore_system_fonts=True
                )
            except (typst.TypstError, RuntimeError):
                return None
            return made if isinstance(made, bytes) else None

        png = drawn(asked, "png")
        if png is None:
            return 1
        if "count" in sys.argv:
            count = pages_of(lambda page: drawn(page, "svg") is not None, asked)
            sys.stdout.buffer.write(f"{count}\n".encode())
        sys.stdout.buffer.write(png)
    return 0


def pages_of(has: Callable[[int], bool], known: int) -> int:
    """How many pages there are, found by asking whether one is there: doubling, then halving."""
    low, high = known, known + 1
    while high <= MOST_PAGES and has(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if has(middle):
            low = middle
        else:
            high = middle
    return low


if __name__ == "__main__":
    sys.exit(main())
