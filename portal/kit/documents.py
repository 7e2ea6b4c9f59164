"""Documents made of data: what somebody wrote comes in as values, never as markup."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import typst


async def tagged_pdf(form: Path, given: Mapping[str, object]) -> bytes:
    """A document for everybody (PDF/UA-1): the Typst file ``form``, which reads ``given`` as JSON.

    The same values give the same bytes. A form that could not be read aloud is refused as it is written.
    """
    return await asyncio.to_thread(_compiled, form, json.dumps(given))


def _compiled(form: Path, given: str) -> bytes:
    made = typst.compile(
        form.read_bytes(), format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1"], sys_inputs={"given": given}
    )
    return bytes(made)
