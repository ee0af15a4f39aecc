"""`make webhooks-config`: print `webhooks-hsmeta.json` for the app's project at HubSpot.

New apps have no API for their subscriptions: they are a file of the project, uploaded with HubSpot's CLI. Source:
HubSpot developer platform, configure webhooks (fields); webhooks, event types (names, 1,000 subscriptions an app).
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence

from core.configuration import read_settings
from errors import UnknownObjectTypeError
from hubspot.catalog import DEFAULT_OBJECT_TYPES, get_object_type
from hubspot.object_type import ObjectType
from settings import EXIT_CONFIGURATION

PATH = "/webhooks/hubspot"
UID = "integrations-webhooks"
# Per account; HubSpot's default.
MAX_CONCURRENT_REQUESTS = 10
MOST_SUBSCRIPTIONS = 1_000
EVENTS = ("creation", "deletion", "merge", "restore", "associationChange")
# HubSpot refuses these; they change with every other change anyway.
NOT_SUBSCRIBABLE = frozenset(
    {"hs_lastmodifieddate", "lastmodifieddate", "num_unique_conversion_events", "hs_object_id", "createdate"}
)

Subscription = dict[str, object]


def build_config(
    public_url: str, object_types: Sequence[ObjectType], properties: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    """The file's content.

    `properties` are those to announce, by name of the object type; a type's default set where there are none.

    Raises: ValueError for an address that HubSpot cannot reach, and for more subscriptions than an app may have.
    """
    if not public_url.startswith("https://"):
        raise ValueError("PUBLIC_URL must begin with https://: HubSpot sends webhooks to public https addresses only")
    objects = [
        subscription
        for object_type in object_types
        for subscription in _subscriptions(object_type, properties.get(object_type.name))
    ]
    hub_events: list[Subscription] = [{"subscriptionType": "contact.privacyDeletion", "active": True}]
    if len(objects) + len(hub_events) > MOST_SUBSCRIPTIONS:
        raise ValueError(f"an app may have {MOST_SUBSCRIPTIONS} subscriptions: name fewer properties")
    return {
        "uid": UID,
        "type": "webhooks",
        "config": {
            "settings": {"targetUrl": public_url.rstrip("/") + PATH, "maxConcurrentRequests": MAX_CONCURRENT_REQUESTS},
            "subscriptions": {"crmObjects": objects, "legacyCrmObjects": [], "hubEvents": hub_events},
        },
    }


def _subscriptions(object_type: ObjectType, properties: Sequence[str] | None) -> Iterator[Subscription]:
    name = object_type.aliases[0]
    for event in EVENTS:
        yield {"subscriptionType": f"object.{event}", "objectType": name, "active": True}
    for property_name in dict.fromkeys(properties or object_type.default_properties):
        if property_name not in NOT_SUBSCRIBABLE:
            yield {
                "subscriptionType": "object.propertyChange",
                "objectType": name,
                "propertyName": property_name,
                "active": True,
            }


def main(arguments: list[str] | None = None) -> int:
    """Print the file, or what is wrong; the exit status."""
    options = _parse(arguments)
    settings, _ = read_settings()
    try:
        object_types = [get_object_type(name.strip()) for name in options.types.split(",")]
        properties = dict(_parse_properties(text) for text in options.properties)
        config = build_config(options.public_url or settings.public_url, object_types, properties)
    except (ValueError, UnknownObjectTypeError) as exc:
        print(f"webhooks-config: {exc}", file=sys.stderr)  # noqa: T201 (a command)
        return EXIT_CONFIGURATION
    json.dump(config, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="webhooks-config", description="Print webhooks-hsmeta.json.")
    parser.add_argument(
        "--types",
        default=",".join(object_type.name for object_type in DEFAULT_OBJECT_TYPES),
        help="object types, by commas (default: %(default)s)",
    )
    parser.add_argument(
        "--properties",
        action="append",
        default=[],
        metavar="TYPE:NAME,NAME",
        help="properties whose changes are announced, instead of the type's default set; repeatable",
    )
    parser.add_argument("--public-url", help="instead of PUBLIC_URL")
    return parser.parse_args(arguments)


def _parse_properties(text: str) -> tuple[str, list[str]]:
    """Raises: ValueError, UnknownObjectTypeError."""
    name, separator, names = text.partition(":")
    properties = [part.strip() for part in names.split(",") if part.strip()]
    if not separator or not properties:
        raise ValueError("write --properties as contacts:email,phone")
    return get_object_type(name.strip()).name, properties


if __name__ == "__main__":
    sys.exit(main())
