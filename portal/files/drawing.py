"""Pictures of files, for the preview. Runs in a process of its own (``reader``), as what it reads was made by anybody.

Everything is drawn anew: no place, no camera and no comment of the original is in it.
"""

import warnings
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

from portal.files.gathering import Broken, TooBig
from portal.files.rules import MOST_PIXELS

DRAWN_PAGES = 5
SIZES = {"klein.webp": 320, "mittel.webp": 1280}

_PAGE_WIDTH, _TALLEST = 1000, 2400
_QUALITY = 82


def draw_pages(path: Path, folder: Path, *, pages: int) -> list[str]:
    """The first pages of a PDF, as far as they can be drawn; gives back the names of the pictures."""
    names: list[str] = []
    with pypdfium2.PdfDocument(path) as document:
        for number in range(min(pages, DRAWN_PAGES)):
            page = document[number]
            width, height = page.get_size()
            scale = min(_PAGE_WIDTH / max(width, 1), _TALLEST / max(height, 1))
            picture = page.render(scale=scale, may_draw_forms=False).to_pil()
            names.append(_save(picture.convert("RGB"), folder, f"seite-{number + 1}.webp"))
    return names


def draw_sizes(path: Path, folder: Path) -> tuple[int, int, list[str]]:
    """A picture in smaller sizes; gives back its own width and height, and the names.

    Raises:
        TooBig: it has more pixels than anybody needs.
        Broken: it cannot be read.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(path, formats=("PNG", "JPEG", "GIF", "WEBP"))
            width, height = opened.size
            opened.draft("RGB", (max(SIZES.values()),) * 2)
            picture = ImageOps.exif_transpose(opened)
            if (picture.width > picture.height) != (width > height):
                width, height = height, width
            plain = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise TooBig from error
    except Exception as error:
        raise Broken from error
    names = []
    for name, longest in sorted(SIZES.items(), key=lambda entry: -entry[1]):
        plain.thumbnail((longest, longest))
        names.append(_save(plain, folder, name))
    return width, height, names


def _save(picture: Image.Image, folder: Path, name: str) -> str:
    picture.info.clear()
    picture.save(folder / name, "WEBP", quality=_QUALITY, method=3)
    return name
