"""The words in which comments say that code was taken, and what they name as its source.

Measured on lines of real projects, of which half were kept apart from the making of these patterns.
Each matches in time linear in its line: what repeats is bounded, possessive or of letters that
cannot begin what follows. Groups are never possessive: before Python 3.11.5 such a group does not
match where something in it has to be tried twice (python/cpython#106052).
"""

from __future__ import annotations

import re

_DONE = (
    r"adapt(?:ed)?|adopted|borrow(?:ed|s)?|copied|copy(?:-?pasted?)?|derived|extracted|forked"
    r"|lifted|modified|moved|originat(?:ed|es)|ported|refactored|re-?implemented|rewritten|stolen"
    r"|taken|translated|vendored"
)
_FRAMEWORKS = (
    r"c\+\+|cuda|flax|jax|keras|mindspore|mlx|numpy|paddle(?:paddle)?|python|pytorch|rust|swift"
    r"|tensorflow|tf2?|torch|triton"
)
# Between "adapted" and "from".
_HOW = (
    r"(?:,? +(?:and|or|then|directly|entirely|exactly|heavily|largely|loosely|mainly|mostly"
    r"|partly|partially|slightly|straight|verbatim"
    rf"|to (?:{_FRAMEWORKS})|on [\d.-]+|{_DONE})\b){{0,4}} +from"
)
#: What announces a source. The groups say how much more it takes to be a statement of taking code:
#: "from" by itself is followed by anything.
TAKEN = re.compile(
    rf"\b(?:(?P<done>(?:{_DONE}){_HOW})"
    r"|(?P<noun>(?:port|fork|re-?implementation|rewrite|translation) +of)"
    r"|(?P<based>(?:based|built)(?: +up)? ?on(?: +top +of)?)"
    r"|(?P<code>copied +here|copy +of|(?:code|implementation) +(?:is +)?from|originally +from"
    rf"|(?:{_FRAMEWORKS}) implementation of)"
    r"|(?P<source>source:)|(?P<bare>from)"
    r")(?!\w)|(?P<han>复制自|修改自|改编自|移植自)",
    re.IGNORECASE,
)
#: Found in a text many times faster than the pattern above, without which no line counts.
SIGNS = (
    *("ed from", "taken from", "y from", "ported to", "port of", "based on", "borrow", "http"),
    *("复制自", "修改自", "改编自", "移植自"),
)
#: Words that say that what was taken was changed as well.
CHANGED = re.compile(
    rf"\b(?:adapted|modified|ported|derived|forked|translated|rewritten){_HOW}\b|\bport of\b"
    r"|修改自|改编自|移植自",
    re.IGNORECASE,
)

#: What may stand before it on its line: a comment mark and anything, or words alone.
LEAD = re.compile(
    r"\s*+(?:[#/*;%!<>|-].*|(?:[rRuUbBfF]{0,2}(?:\"\"\"|'''))?[\w\s,:.`'()\[\]+&*@-]*+)"
    r"|(?:[^\"]|\"[^\"]*+\")*\s(?:#|//).*"
)
#: Of the lead: that it was not taken, or might be, or was an example to somebody.
UNLESS = re.compile(
    r"\b(?:not|never|no(?! longer)|without|if|unless|may|might|must|should|shall|can|cannot|could"
    r"|would|will|when|whether|to be)\b|n't\b|\binspired by\b(?!\s*+(?:[/,]|and\b|or\b))",
    re.IGNORECASE,
)
#: Of the lead: that something else than code was taken.
NO_PROGRAM = re.compile(
    r"\b(?:weights?|checkpoints?|datasets?|data|ideas?|concepts?|figures?|tables?|equations?|names?"
    r"|definitions?|descriptions?|texts?|images?|papers?|prompts?|models? are|values?|colou?rs?"
    r"|vocabular\w+)\b",
    re.IGNORECASE,
)
#: Of the lead: that code is meant.
OF_CODE = re.compile(
    r"\b(?:code|implement\w*|repo(?:sitory)?|codebase|functions?|class(?:es)?|scripts?|modules?"
    r"|files?|kernels?)\b",
    re.IGNORECASE,
)
#: Of the lead: that code is run, and not held.
USES = re.compile(r"\b(?:us(?:es?|ing)|imports?|follow(?:s|ing)?|calls?|wraps?)\b", re.IGNORECASE)
#: A lead that is the beginning of a statement about the code below.
OPENING = re.compile(
    r"\W*+(?:(?:this|the|file|code|github|function|class|module|implementation|script|is|was|are"
    r"|were|has|have|been|all|some|most|parts?|of|in|below|it|and|heavily|largely|mostly|mainly"
    r"|partly|loosely|originally|original|[rubf])\b\W*+)*",
    re.IGNORECASE,
)
#: Between the words and a URL: that it is there for something else.
ELSE = re.compile(
    r"\b(?:see|cf|e\.g|papers?|articles?|similar|inspired|like|docs?|documentation|described"
    r"|discuss\w*|refer\w*|weights?|checkpoints?|licen[cs]ed?|idea|datasets?|issue|tutorial"
    r"|fig(?:ure)?|tables?|equations?|section|chapter|spec|specification)\b|[;?!]\s",
    re.IGNORECASE,
)

_TO = r"[^\s<>\"'`)\]}，。]+"
URL = re.compile(rf"https?://{_TO}|\b(?:www\.)?github\.com/[\w.-]+/{_TO}")
#: A further URL after one: "<URL> and [that](<URL>)".
AND_URL = re.compile(r"[`\])>,\s]*+(?:and|&|\+)?\s*+(?:\[[^\]]{0,60}+\]\(|[`<(])?(?=https?://)")
CODE_HOST = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)?(?:github(?:usercontent)?\.com|gitlab\.|bitbucket\.org|gitee\.com"
    r"|codeberg\.org|stackoverflow\.com|huggingface\.co/[^/]+/[^/]+)|https?://(?:git|hg|svn)\.",
    re.IGNORECASE,
)
#: A URL of a file of code, or of a passage in one.
CODE_FILE = re.compile(
    r"/(?:blob|raw|file)/|raw\.githubusercontent|//stackoverflow\.com|//gist\.|#L\d"
    r"|\.(?:py|pyx|cu|cuh|cc|cpp|c|h|hpp|js|ts|go|rs|java|kt|jl|lua|m|swift|sh|f|f90)(?:[#?]|$)",
    re.IGNORECASE,
)
REPOSITORY = re.compile(r"https?://(?:www\.)?(?:github|gitlab)\.com/[\w.-]+/[\w.-]+/?$")
#: A URL of a paper, a standard, an article or a licence.
NO_CODE = re.compile(
    r"//[^/]*(?:arxiv|doi\.org|openreview|wiki|aclanthology|aclweb|biorxiv|semanticscholar|ieee|jstor"
    r"|ietf\.org|sciencedirect|springer|oeis\.org|acm\.org|w3\.org|rfc-editor|opensource\.org"
    r"|youtube|medium\.com)|apache\.org/licenses|papers?[./]|\.pdf\b|/pdf/|/licen[cs]es?\b",
    re.IGNORECASE,
)

_PATH = (
    r"[A-Za-z0-9][\w.-]{1,60}(?:/[\w.-]{1,80}){1,9}"
    r"\.(?:py|cu|cuh|cc|cpp|c|h|hpp|js|ts|go|rs|java)\b"
)
_MARKS = r"[\s`'\"\[(<~:*-]*+"
#: A path of a source file, with the work before it: "sglang quantization/kernel.py".
FILE = re.compile(
    rf"{_MARKS}(?:(?:the|an?|original|official)\s++)*"
    r"(?P<whole>(?:[\w.+'-]{1,40}+(?::\s*+|\s++)[`(]*+){0,4}"
    rf"(?<![\w/.-])(?:\.{{0,2}}/)?(?P<path>{_PATH}))"
)
_SMALL = (
    r"the|an?|its|this|original|official|upstream|native|following|files?|code|source|function"
    r"|class|module|method|implementation|library|package|repo|repository|project|version|in|at|of"
    rf"|on|found|available|func|meth|mod|attr|obj|py|huggingface|hf|{_FRAMEWORKS}"
)
#: A dotted name or a repository, with small words alone before it.
NAME = re.compile(
    rf"(?:[\s`'\[(<~:*-]*+(?:{_SMALL})\b(?![./\w-]))*{_MARKS}"
    r"(?:(?P<dotted>(?!self\.|cls\.)[A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+){2,})"
    r"|(?P<repository>[A-Za-z0-9][\w.-]{1,38}/[A-Za-z0-9][\w.-]{1,99}\b(?!/)))",
    re.IGNORECASE,
)
# No other word is read as a project: "taken from data" names none.
_PROJECTS = (
    r"big_vision|detectron2?|diffusers|fairseq2?|flaxformer|k-diffusion|keras[-_]cv|litgpt"
    r"|megatron(?:-lm)?|mlx-lm|mmcv|mmdet(?:ection)?|mmseg(?:mentation)?|nemo|open_clip|peft"
    r"|pytorch-image-models|sglang|t5x|tensor2tensor|timm|torchaudio|torchtune|torchvision"
    r"|transformers|trl|unilm|verl|vllm|xformers"
)
#: A project by its bare name, at the end of a clause.
PROJECT = re.compile(
    rf"(?:\s++(?:the|original|official|huggingface|hf|pytorch)\b)*\s++[`'*]*+(?P<name>{_PROJECTS})"
    r"[`'*]*+(?=\s*+(?:[.,:;()\])\"]|$|(?:by|and|code|codebase|repo|repository|library"
    r"|implementation|with)\b))",
    re.IGNORECASE,
)
#: Words that speak of nothing but taking code.
OF_WORKS = re.compile(
    r"adapt|borrow|copied|copy|forked|port|stolen|vendored|fork of", re.IGNORECASE
)

#: The end of a sentence, and not of "et al." or of "P.", before the next one.
NEXT_SENTENCE = re.compile(r"[a-z0-9`)\]]\. +[A-Z`\[]")
#: The mark of a comment, and what may stand before a source at the start of its line.
MARK = re.compile(r"\s*+([#/*;%]?)")
START = re.compile(r"[\s#/*;%!<>|\[(`-]*+(?:(?:the|this)\s)?[\s`\[(<]*+")
LINK = re.compile(r"[\s#/*]*+[`\[][^`\]<(]{1,60}+[`\](<\s]++(?=http)")
