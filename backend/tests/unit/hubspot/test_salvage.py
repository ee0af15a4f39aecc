from typing import Any

import msgspec
import pytest

from errors import UpstreamMalformedError
from hubspot.salvage import parse_listing, salvage
from hubspot.wire import Listing, Option, Owner, Pipeline, Property, Schema, Stage
from tests.unit.hubspot.samples import answer

PROPERTIES = msgspec.json.Decoder(Listing[Property])
GOOD = {"name": "city", "type": "string"}


def properties(*results: object) -> list[Property]:
    return parse_listing(answer(200, msgspec.json.encode({"results": results})), PROPERTIES, Property).results


class TestListings:
    def test_one_odd_definition_does_not_lose_the_others(self) -> None:
        options = [{"label": None, "value": "a"}, {"label": "B", "value": 5}, {"label": "no value"}, None]
        odd = {"name": "tone", "type": "enumeration", "label": None, "options": options}

        found = properties(GOOD, odd, {"type": "string"}, None, 5)

        assert [match.name for match in found] == ["city", "tone"]
        assert found[1].options == [Option("a"), Option("5", "B")]

    @pytest.mark.parametrize("odd", [b'{"name":"\xff","type":"string"}', b'{"name":1e999,"type":"string"}'])
    def test_one_that_cannot_be_decoded_is_left_out(self, odd: bytes) -> None:
        body = b'{"results":[' + msgspec.json.encode(GOOD) + b"," + odd + b"]}"

        assert [result.name for result in parse_listing(answer(200, body), PROPERTIES, Property).results] == ["city"]

    def test_a_label_cut_inside_an_emoji_loses_no_definition(self) -> None:
        body = rb'{"results":[{"name":"city","type":"string","label":"Town \ud83d"}]}'

        [found] = parse_listing(answer(200, body), PROPERTIES, Property).results

        assert found.label == "Town \ufffd"

    @pytest.mark.parametrize("body", [b"", b'{"results":', b"<html>", b'{"results":{}}', b'{"results":[\xff]}'])
    def test_a_body_that_is_no_listing_is_malformed(self, body: bytes) -> None:
        with pytest.raises(UpstreamMalformedError):
            parse_listing(answer(200, body), PROPERTIES, Property)

    def test_the_cursor_of_an_odd_page_is_kept(self) -> None:
        body = b'{"results":[{"id":5}],"paging":{"next":{"after":"9"}}}'

        page = parse_listing(answer(200, body), msgspec.json.Decoder(Listing[Owner]), Owner)

        assert (page.results, page.after) == ([Owner("5")], "9")


class TestSalvage:
    def test_a_schema_keeps_what_fits(self) -> None:
        odd = {
            "objectTypeId": "2-1",
            "name": "car",
            "secondaryDisplayProperties": None,
            "requiredProperties": ["model", None],
            "labels": {"singular": 5, "plural": "Cars"},
            "associations": [{"fromObjectTypeId": None, "toObjectTypeId": "0-1"}],
        }

        schema = salvage(odd, Schema)

        assert schema is not None
        assert (schema.secondary_display_properties, schema.required_properties) == ([], ["model"])
        assert [association.to_object_type_id for association in schema.associations] == ["0-1"]

    def test_a_pipeline_keeps_its_named_stages(self) -> None:
        odd = {"id": "p", "label": None, "stages": [{"id": "s", "label": None}, {"label": "no id"}]}

        assert salvage(odd, Pipeline) == Pipeline("p", "", [Stage("s", "")])

    @pytest.mark.parametrize("odd", [None, 5, [], {}, {"name": "x"}, {"name": "x", "type": None}])
    def test_what_cannot_be_named_is_nothing(self, odd: Any) -> None:
        assert salvage(odd, Property) is None
