"""Whether what leads up to a claim lets it stand as a statement about this work."""

from __future__ import annotations

import re

#: A link to somewhere else, which is then what the sentence is about.
_ELSEWHERE = re.compile(r"\]\(\s*https?://")
_THIS = re.compile(r"\W*this\s+(?:model|repo|repository)\b", re.IGNORECASE)
#: Other subjects than the model, and words that take the statement back.
_OTHER_SUBJECT = re.compile(
    r"\b(?:codes?|codebase|implementation|architecture|structure|design|tokeni[sz]er|vocabulary|"
    r"encoder|decoder|head|layers?|embeddings?|module|projector|connector|router|vae|vocoder|"
    r"adapter|classifier|reward\s+model|draft\s+model|evaluation|benchmark|script|demo|app|api|"
    r"dataset|data|framework|toolkit|library|repo|baselines?|ablations?|agents?|judge|"
    r"backbone|tower|teacher|student|nothing|none|card|projects?|platform|features?|applications?|performance)\b"
    r"|分词器|编码器|解码器|架构|结构|代码|框架|数据|教程|指南|评测|工具",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:not|never|without|rather|instead|than|unlike|compared|versus|vs|if|whether|when|how|"
    r"can|could|may|might|should|would|must|you|your|users?|others?|another|existing|similar|"
    r"e\.g|such\s+as|among|versions?\s+of\s+the|no|neither|nor|any|to\s+be)\b|n['’]t\b"
    r"|[非未]|不|没有|无需|无须|需要|避免|能够?从|想|相比|相较|如果|若|可以|可用|如何|怎么|您|你|用户|或者|其他|其它|对比|优于|超越",
    re.IGNORECASE,
)


def stands(before: str) -> bool:
    """Say whether nothing up to the claim takes it back or gives it another subject."""
    return not _TAKEN_BACK.search(before) and not _OTHER_SUBJECT.search(before)


def is_about_a_link(before: str) -> bool:
    """Say whether a link comes first, to what is then the subject: somebody else's work.

    "This model [org/name](…) was converted from …" is how converters link to the model itself.
    """
    return bool(_ELSEWHERE.search(before)) and not _THIS.match(before)
