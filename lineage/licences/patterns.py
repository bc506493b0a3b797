"""The words by which licences say the same thing: patterns for one sentence at a time.

They read a sentence with straight quotation marks, in any case.
"""

from __future__ import annotations

import re

from lineage.licences.vocabulary import Limit, TrainObject

TERRITORIES = {"european union": "EU", "united kingdom": "GB", "south korea": "KR"}
PLACES = re.compile("|".join(TERRITORIES), re.IGNORECASE)
BARRED = re.compile(
    r"excluding the territory of|does not apply in the european union"
    r"|will not\b.{0,160}\bwithin the european union"
    r"|not being granted to you if you are .{0,120}\bin, the european union",
    re.IGNORECASE,
)
IMPROVE = re.compile(
    r"(?:\bnot\b|不得).{0,220}?(?:\bto (?:create or )?improve\b|\b(?:to |)develop or improve\b"
    r"|\bto train, (?:fine-?tune|create),? or (?:distill|improve)\b|来改进)(?P<rest>.{0,200})",
    re.IGNORECASE,
)
TRAIN_OBJECTS = (
    (TrainObject.COMPETITIVE, r"\bcompet(?:itive|es?|ing)\b"),
    (TrainObject.FOUNDATION, r"\bfoundational\b"),
    (TrainObject.TEXT_TO_IMAGE, r"\btext-to-image\b"),
    (TrainObject.LLM, r"\blarge language model"),
    (TrainObject.LARGE_MODEL, r"\blarge model|其他模型"),
    (TrainObject.AI_MODEL, r"\bAI models?\b|\bother models\b"),
)
CHANGES = re.compile(
    r"modified files.{0,80}prominent notices|files modified to carry prominent notices"
    r"|prominent notices stating that you (?:have )?modified"
    r"|stat(?:e|ing|ement) (?:in the \"?notice\"?(?: text)? file )?that you"
    r" (?:have )?(?:modified|changed)"
    r"|indicate if you modified|plainly marked as such|document how it differs"
    r"|indicate the substantial modifications|disclosure of modifications and changes"
    r"|summary of the changes|notices that you have changed|identify that changes were made"
    r"|prominent attribution notice reasonably calculated"
    r"|notice in each of your modifications that identifies"
    r"|notices stating that the work has been modified"
    r"|显著的方式说明修改|显著的声明，说明您更改|以显著方式.{0,40}修改说明",
    re.IGNORECASE,
)
PASS_ON = re.compile(
    r"as an? enforceable provisions?|included as enforceable provisions"
    r"|impose appropriate contractual terms|require all of your users"
    r"|similar set of restrictions to those in attachment|bind each recipient"
    r"|your terms require any downstream|可执行条款",
    re.IGNORECASE,
)
LIMITS = (
    (Limit.NON_PRODUCTION, r"in non-production environments|make non-production use"),
    (
        Limit.RESEARCH,
        (
            r"\b(?:solely|exclusively|only)\b.{0,90}?\bfor (?:your )?(?:non-?commercial,? )?"
            r"(?:non-revenue generating, )?(?:non-?commercial )?research\b"
            r"|\bonly use\b.{0,160}\bfor research purposes"
            r"|\bnon-?commercial\" (?:shall mean|means) for research\b"
        ),
    ),
    (
        Limit.NON_COMMERCIAL,
        (
            r"non-?commercial (?:purposes?|uses?) only\b"
            r"|\bonly\b.{0,140}\bfor non-?commercial purposes"
            r"|(?:may|shall) not\b.{0,200}intended for or directed toward commercial advantage"
            r"|出于非商业用途使用"
        ),
    ),
)
REVOCABLE = re.compile(r"(?<!ir)(?<!non-)\brevocable\b|(?<!不)可撤销", re.IGNORECASE)
RUNTIME = re.compile(r"restrict \(remotely or otherwise\)", re.IGNORECASE)
DISTILLED = re.compile(
    r"transfer of patterns of the|derived from the model or the model's output"
    r"|by transferring patterns from output of the model|based on the model, model outputs"
    r"|输出(?:的)?模式转移|模式转移到",
    re.IGNORECASE,
)
REGISTER = re.compile(
    r"\bmust register\b|\bcomplete (?:the )?registration\b|进行登记|完成登记|登记并获得",
    re.IGNORECASE,
)
