"""Decode the answer of an association batch read; one invalid association does not lose the others. Pure."""

import httpx
import msgspec

from errors import UpstreamMalformedError
from hubspot.protocol import check_batch, parse
from hubspot.salvage import read_one
from hubspot.wire import AssociationsBatch, AssociationsOf, Batch

_ALL = msgspec.json.Decoder(AssociationsBatch)
_UNREAD = msgspec.json.Decoder(Batch[msgspec.Raw])
_FIELDS = msgspec.json.Decoder(type=dict[str, msgspec.Raw])


def parse_associations(response: httpx.Response) -> AssociationsBatch:
    """Raises: ServiceError as `protocol.parse`; a batch's real failures as `protocol.check_batch`."""
    try:
        answer = parse(response, _ALL)
    except UpstreamMalformedError:
        answer = _one_by_one(parse(response, _UNREAD))
    check_batch(answer.errors, response)
    return answer


def _one_by_one(unread: Batch[msgspec.Raw]) -> AssociationsBatch:
    results: list[AssociationsOf] = []
    lost: list[str] = []
    for raw in unread.results:
        result = read_one(raw, AssociationsOf)
        if result is None:
            lost.append("")
            continue
        results.append(result)
        if not _is_whole(result, raw):
            lost.append(str(result.source.id))
    return AssociationsBatch(results=results, errors=unread.errors, lost=tuple(lost))


def _is_whole(result: AssociationsOf, raw: msgspec.Raw) -> bool:
    """Whether every link that the result was sent with could be read, and the cursor of the next ones."""
    try:
        sent = _FIELDS.decode(raw)
        links = msgspec.json.decode(sent["to"], type=list[msgspec.Raw])
    except (KeyError, msgspec.MsgspecError, UnicodeDecodeError):
        return True
    has_cursor = bytes(sent.get("paging", b"null")) != b"null"
    return len(result.to) == len(links) and (result.paging is not None or not has_cursor)
