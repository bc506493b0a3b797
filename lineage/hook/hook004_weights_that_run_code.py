"""New weights are in a format that runs code when it is loaded.

What it finds
    A new or changed file of weights that is a pickle, or is loaded as one: PyTorch's .bin, .pt,
    .pth and .ckpt, Paddle's .pdparams, NeMo's .nemo. The file is known by its name and not opened.

Why it matters
    Whoever loads a pickle runs whatever stands in it, with their own rights. safetensors holds the
    same tensors and nothing that runs, and only of such files can lineage read the inventory.

Evidence it needs
    The names of the files that the commit adds or changes.

Compliant example
    model.safetensors.

Non-compliant example
    pytorch_model.bin.

Remedy
    Convert it, where it is trusted: load it with torch.load(FILE, weights_only=True) and write it
    with safetensors.torch.save_file.

Source
    https://docs.python.org/3/library/pickle.html (the warning at its head);
    https://huggingface.co/docs/hub/security-pickle
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.formats import format_of
from lineage.hook.look import Look
from lineage.model import Exhibit, Outcome, Severity, State, Tier
from lineage.phrases import quoted

CODE = "HOOK-004"
TITLE = "New weights in a format that runs code"
SEVERITY = Severity.MEDIUM
TIER = Tier.C
CLAUSE = "none: a matter of safety, not of terms"
REMEDY = "Convert the file to safetensors and commit that one."

_RUN_CODE = {
    "pytorch": "a pickle of PyTorch",
    "paddle": "a pickle",
    "nemo": "an archive of pickles",
}


def check(look: Look) -> Iterator[Outcome]:
    """Yield an outcome for each new file of weights whose format can run code."""
    for entry in look.weights:
        known = format_of(entry.path.rpartition("/")[2])
        if known in _RUN_CODE:
            yield Outcome(
                subject=look.repo.purl,
                state=State.UNMET,
                message=f"{quoted(entry.path)} is, by its name, {_RUN_CODE[known]}, which runs "
                "code when it is loaded.",
                exhibits=(Exhibit(entry.path, sha256=entry.sha256),),
                about=entry.path,
            )
