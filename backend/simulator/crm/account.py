"""The account's own details, and leaving it.

Sources: HubSpot account information, GET /account-info/{version}/details;
DELETE /appinstalls/{version}/external-install.
"""

from __future__ import annotations

from simulator.call import Call, Reply, require_scopes

CREATED_AT_MS = 1_577_836_800_000


def account_details(call: Call) -> Reply:
    require_scopes(call, ("oauth",), ["oauth"])
    profile = call.portal.profile
    details: dict[str, object] = {
        "portalId": profile.portal_id,
        "accountType": "STANDARD",
        "timeZone": profile.time_zone,
        "companyCurrency": profile.currency,
        "additionalCurrencies": list(profile.other_currencies),
        "utcOffset": profile.utc_offset,
        "utcOffsetMilliseconds": profile.utc_offset_ms,
        "uiDomain": profile.ui_domain,
        "dataHostingLocation": profile.hublet,
    }
    if call.version == "2026-09":
        details |= {"portalName": profile.name, "createdAt": CREATED_AT_MS}
    return 200, details


def uninstall(call: Call) -> Reply:
    require_scopes(call, ("oauth",), ["oauth"])
    call.state.ledger.uninstall(call.portal.portal_id)
    return 204, None
