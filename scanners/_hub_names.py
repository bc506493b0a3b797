"""Which texts are the id of a repository on the hub, and which a path on somebody's machine.

A configuration says where a model was loaded from when it was saved. That is a hub id or a path,
and nothing marks which; what could be a path is not taken for an id.
"""

from __future__ import annotations

import re

_ID = re.compile(r"(?P<owner>[A-Za-z0-9][\w.-]{0,95})/(?P<name>[A-Za-z0-9][\w.-]{0,95})")
#: Ids from before the hub had organisations.
_BARE_ID = re.compile(
    r"gpt2(?:-(?:medium|large|xl))?|distilgpt2|openai-gpt|t5-(?:small|base|large|3b|11b)"
    r"|(?:distil|al)?(?:bert|roberta)-(?:base|large|xlarge|xxlarge)[\w-]*|xlm-roberta-(?:base|large)"
    r"|xlnet-(?:base|large)-cased"
)
#: Folders that people keep models in, and that nobody is called.
_FOLDER = re.compile(
    r"(?:out(?:put)?s?|ckpts?|checkpoints?|(?:base|hf|local|saved|pretrained|trained|merged|my)?[_-]?"
    r"(?:model|weight)s?|pretrain(?:ed)?|results?|data|tmp|temp|home|root|mnt|content|workspace|work|exps?|"
    r"experiments?|runs?|saves?|cache|logs?|local|train(?:ing)?|finetuned?|lora|merged?)",
    re.IGNORECASE,
)
_STEP = re.compile(r"(?:checkpoint|step|epoch|iter)[_-]?\d+|final|last|best|latest", re.IGNORECASE)


def is_hub_id(text: str) -> bool:
    """Say whether a text is plainly the id of a repository on the hub."""
    if _BARE_ID.fullmatch(text):
        return True
    match = _ID.fullmatch(text)
    if match is None or ".." in text:
        return False
    return not _FOLDER.fullmatch(match["owner"]) and not _STEP.fullmatch(match["name"])
