"""A session with HubSpot's official Python SDK against another address; prints what it got as JSON.

Run as `python -I sdk_session.py URL CODE REDIRECT_URI CLIENT_ID CLIENT_SECRET`, in a process of its own: the SDK's
package has the name of one of our rooms.
"""

import json
import sys
from importlib import import_module
from typing import Any

hubspot = import_module("hubspot")
contacts = import_module("hubspot.crm.contacts")
v4 = import_module("hubspot.crm.associations.v4")


def main(url: str, code: str, redirect_uri: str, client_id: str, client_secret: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    anonymous = hubspot.HubSpot(host=url)
    client = {"client_id": client_id, "client_secret": client_secret}
    issued = anonymous.oauth.tokens_api.create(
        grant_type="authorization_code", code=code, redirect_uri=redirect_uri, **client
    )
    tokens = anonymous.oauth.tokens_api.create(grant_type="refresh_token", refresh_token=issued.refresh_token, **client)
    details = anonymous.oauth.access_tokens_api.get(tokens.access_token)
    refresh_details = anonymous.oauth.refresh_tokens_api.get(tokens.refresh_token)
    found["oauth"] = {
        "expires_in": tokens.expires_in,
        "hub_id": details.hub_id,
        "scopes": details.scopes,
        "client_id": refresh_details.client_id,
        "refresh_token_kept": issued.refresh_token == tokens.refresh_token,
    }
    api = hubspot.HubSpot(host=url, access_token=tokens.access_token)
    found |= records(api.crm) | associations(api.crm) | catalog(api.crm)
    anonymous.oauth.refresh_tokens_api.archive(tokens.refresh_token)
    found["refresh_after_archive"] = status_of(
        lambda: anonymous.oauth.tokens_api.create(
            grant_type="refresh_token", refresh_token=tokens.refresh_token, **client
        )
    )
    return found


def records(crm: Any) -> dict[str, Any]:
    page = crm.contacts.basic_api.get_page(limit=3, properties=["email", "city"], associations=["companies"])
    search = contacts.PublicObjectSearchRequest(
        filter_groups=[{"filters": [{"propertyName": "hs_object_id", "operator": "GTE", "value": "101"}]}],
        sorts=["hs_object_id"],
        properties=["email"],
        limit=2,
        after=0,
    )
    searched = crm.contacts.search_api.do_search(public_object_search_request=search)
    wanted = contacts.BatchReadInputSimplePublicObjectId(
        inputs=[{"id": "51"}, {"id": "101"}], properties=["email"], properties_with_history=[]
    )
    batch = crm.contacts.batch_api.read(batch_read_input_simple_public_object_id=wanted)
    return {
        "page": {
            "ids": [result.id for result in page.results],
            "after": page.paging.next.after,
            "emails": [result.properties["email"] for result in page.results],
            "created": page.results[0].created_at.isoformat(),
            "companies": [result.id for result in page.results[0].associations["companies"].results],
        },
        "all_contacts": [contact.id for contact in crm.contacts.get_all()],
        "search": {"total": searched.total, "ids": [result.id for result in searched.results]},
        "batch": [result.id for result in batch.results],
        "machines": [result.id for result in crm.objects.basic_api.get_page("2-3456789", limit=2).results],
        "missing": status_of(lambda: crm.contacts.basic_api.get_by_id("7")),
        "refused": status_of(lambda: crm.objects.basic_api.get_page("products")),
    }


def associations(crm: Any) -> dict[str, Any]:
    inputs = v4.BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": "51"}])
    batch = crm.associations.v4.batch_api.get_page(
        "companies", "contacts", batch_input_public_fetch_associations_batch_request=inputs
    )
    first, seen, after = True, [], None
    while first or after:
        page = crm.associations.v4.basic_api.get_page("companies", "51", "contacts", limit=100, after=after)
        seen += [str(result.to_object_id) for result in page.results]
        first, after = False, page.paging.next.after if page.paging else None
    return {
        "batch_associations": [str(entry.to_object_id) for entry in batch.results[0].to],
        "paged_associations": seen,
    }


def catalog(crm: Any) -> dict[str, Any]:
    owners = crm.owners.owners_api.get_page(limit=500)
    archived = crm.owners.owners_api.get_page(limit=500, archived=True)
    pipelines = crm.pipelines.pipelines_api.get_all("deals")
    schemas = crm.schemas.core_api.get_all()
    return {
        "owners": len(owners.results),
        "archived_owners": len(archived.results),
        "stages": {result.id: [stage.label for stage in result.stages] for result in pipelines.results},
        "schemas": {result.name: result.object_type_id for result in schemas.results},
        "properties": len(crm.properties.core_api.get_all("contacts").results),
        "property": crm.properties.core_api.get_by_name("deals", "dealstage").type,
    }


def status_of(call: Any) -> int:
    """The HTTP status a call fails with; 0 when it does not."""
    try:
        call()
    except Exception as exc:  # noqa: BLE001 (each part of the SDK has an ApiException of its own)
        return int(getattr(exc, "status", -1))
    return 0


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:6])))
