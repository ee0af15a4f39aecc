"""The texts of the callback page, in each language.

English errors describe themselves (`errors.py`); another language has a title and a detail for each code that can end
an attempt.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from errors import ServiceError
from routes.negotiation import choose_language

# Words that a sentence may add to the title without new meaning: "at the moment", "for an unexpected reason".
MAX_ADDED_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Names in braces are filled in.

    Args:
        errors: title and detail by code; empty if errors describe themselves.
        other_error: for a code without a translation.
    """

    language: str
    app: str
    connected: str
    account: str
    named_account: str
    owned: str
    back: str
    code: str
    reference: str
    errors: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    other_error: tuple[str, str] = ("", "")

    def of_error(self, error: ServiceError) -> tuple[str, str]:
        """The title and what stands below it."""
        if not self.errors:
            return error.title, text_below(error.title, error.detail)
        return self.errors.get(error.code, self.other_error)


ENGLISH = Texts(
    language="en",
    app="Integrations",
    connected="{label} is connected",
    account="Account {id}",
    named_account="{name} (account {id})",
    owned=(
        "{account} is connected for user {user} of organization {org}. You can close this window. "
        "If that is not you, disconnect it now."
    ),
    back="Back to the page",
    code="Code",
    reference="Reference",
)

_OPERATOR_DE = "Der Betreiber muss das korrigieren; nennen Sie ihm die Referenz."
_SIGN_IN_DE = (
    "Sie sind hier nicht angemeldet, deshalb kann die Installation nicht fortgesetzt werden. "
    "Öffnen Sie diesen Dienst aus Ihrer Anwendung und starten Sie die Installation dann noch einmal."
)
_AGAIN_DE = "Es wurde nichts verbunden. Versuchen Sie es in Kürze noch einmal."

GERMAN = Texts(
    language="de",
    app="Integrationen",
    connected="{label} ist verbunden",
    account="Konto {id}",
    named_account="{name} (Konto {id})",
    owned=(
        "{account} ist für den Benutzer {user} der Organisation {org} verbunden. Sie können dieses Fenster schließen. "
        "Wenn Sie das nicht sind, trennen Sie das Konto jetzt."
    ),
    back="Zurück zur Seite",
    code="Code",
    reference="Referenz",
    other_error=(
        "Das Verbinden ist fehlgeschlagen",
        (
            "Es wurde nichts verbunden. Versuchen Sie es noch einmal, und nennen Sie dem Support die Referenz, "
            "wenn es wieder geschieht."
        ),
    ),
    errors=MappingProxyType(
        {
            "internal_error": (
                "Beim Dienst ist ein Fehler aufgetreten",
                "Versuchen Sie es noch einmal, und nennen Sie dem Support die Referenz, wenn es wieder geschieht.",
            ),
            "unauthenticated": ("Sie sind nicht angemeldet", _SIGN_IN_DE),
            "token_invalid": ("Die Anmeldung ist ungültig", _SIGN_IN_DE),
            "token_expired": ("Die Anmeldung ist abgelaufen", _SIGN_IN_DE),
            "ambiguous_credentials": (
                "Mehr als eine Anmeldung",
                "Diese Anfrage enthält mehrere Anmeldungen. Öffnen Sie die Anwendung und verbinden Sie dort.",
            ),
            "cross_site_blocked": (
                "Von einer anderen Website gestartet",
                (
                    "Eine andere Website wollte diese Adresse in Ihrem Browser verwenden. Öffnen Sie die Seite selbst "
                    "und verbinden Sie dort."
                ),
            ),
            "not_found": ("Nicht gefunden", "Diese Integration gibt es hier nicht. Prüfen Sie die Adresse."),
            "oauth_state_invalid": (
                "Dieser Link zum Verbinden gilt nicht mehr",
                (
                    "Er wurde schon verwendet, ist abgelaufen oder ungültig. Gehen Sie zurück und verbinden Sie noch "
                    "einmal."
                ),
            ),
            "oauth_state_unbound": (
                "In einem anderen Browser gestartet",
                (
                    "Dieser Versuch wurde in einem anderen Browser oder von einem Programm gestartet, deshalb wurde "
                    "nichts verbunden. Öffnen Sie die Anwendung in diesem Browser und verbinden Sie dort."
                ),
            ),
            "oauth_provider_mismatch": (
                "Für eine andere Integration gestartet",
                "Dieser Link gehört zu einer anderen Integration. Gehen Sie zurück und verbinden Sie noch einmal.",
            ),
            "oauth_denied": (
                "Der Zugriff wurde nicht erlaubt",
                (
                    "Er wurde auf der Zustimmungsseite abgelehnt, deshalb wurde nichts verbunden. Verbinden Sie noch "
                    "einmal, um das zu ändern."
                ),
            ),
            "oauth_code_rejected": (
                "Die Bestätigung wurde nicht angenommen",
                "Der Bestätigungscode fehlte oder gilt nicht mehr. Gehen Sie zurück und verbinden Sie noch einmal.",
            ),
            "oauth_pkce_rejected": (
                "PKCE wurde nicht akzeptiert",
                "Der Anbieter akzeptiert den PKCE-Nachweis dieses Dienstes nicht, deshalb wurde nichts verbunden. "
                + _OPERATOR_DE,
            ),
            "session_mismatch": (
                "Von einem anderen Benutzer gestartet",
                (
                    "Diesen Versuch hat ein anderer Benutzer gestartet als der hier angemeldete, deshalb wurde nichts "
                    "verbunden. Wenn Sie ihn nicht gestartet haben, schließen Sie dieses Fenster; sonst verbinden Sie "
                    "noch einmal aus der Anwendung."
                ),
            ),
            "rate_limited": ("Zu viele Anfragen", "Warten Sie einen Moment und versuchen Sie es dann noch einmal."),
            "overloaded": ("Der Dienst ist ausgelastet", _AGAIN_DE),
            "shutting_down": ("Der Dienst startet neu", _AGAIN_DE),
            "reconnect_required": (
                "Die Verbindung ist beendet",
                "Das Konto akzeptiert den Zugriff nicht mehr. Verbinden Sie es noch einmal.",
            ),
            "scope_missing": (
                "Dieser Zugriff wurde nicht erlaubt",
                "Die Verbindung darf das Konto nicht lesen. Verbinden Sie es noch einmal und erlauben Sie den Zugriff.",
            ),
            "upstream_error": (
                "Der verbundene Dienst hat abgelehnt",
                "Der Grund ist unerwartet. Nennen Sie dem Support die Referenz.",
            ),
            "upstream_rate_limited": ("Das Anfragelimit des Kontos ist erreicht", _AGAIN_DE),
            "upstream_quota_exhausted": (
                "Das Tageslimit des Kontos ist erreicht",
                "Es wird um Mitternacht in der Zeitzone des Kontos erneuert.",
            ),
            "upstream_unavailable": ("Der verbundene Dienst antwortet nicht", _AGAIN_DE),
            "upstream_migrating": (
                "Das Konto wird umgezogen",
                (
                    "Es zieht in ein anderes Rechenzentrum um und kann solange nicht gelesen werden. Versuchen Sie es "
                    "später noch einmal."
                ),
            ),
            "token_refresh_backoff": (
                "Der Zugriff wird in Kürze erneuert",
                (
                    "Er konnte nicht erneuert werden. Der nächste Versuch folgt in Kürze; versuchen Sie es dann noch "
                    "einmal."
                ),
            ),
            "upstream_timeout": ("Der verbundene Dienst hat zu lange gebraucht", _AGAIN_DE),
            "upstream_malformed": ("Der verbundene Dienst hat ungültig geantwortet", _AGAIN_DE),
            "upstream_response_too_large": (
                "Der verbundene Dienst hat zu viele Daten gesendet",
                "Es wurde nichts verbunden. Nennen Sie dem Support die Referenz.",
            ),
            "store_unavailable": ("Der Speicher des Dienstes antwortet nicht", _AGAIN_DE),
            "store_full": ("Der Speicher des Dienstes ist voll", _AGAIN_DE),
            "provider_not_configured": (
                "Diese Integration ist nicht eingerichtet",
                "Der Betreiber muss ihre Client-ID und ihr Secret angeben.",
            ),
            "provider_misconfigured": (
                "Diese Integration ist falsch eingerichtet",
                "Der Anbieter akzeptiert Client-ID, Secret, Redirect-URI oder Scopes dieses Dienstes nicht. "
                + _OPERATOR_DE,
            ),
            "credential_integrity": (
                "Die Antwort gehört zu einem anderen Konto",
                "Sie wurde verworfen, und es wurde nichts geändert. Nennen Sie dem Support die Referenz.",
            ),
            "key_unknown": (
                "Ein Schlüssel fehlt",
                (
                    "Der gespeicherte Zugriff wurde mit einem Schlüssel verschlüsselt, den dieser Dienst nicht mehr "
                    "hat. Der Betreiber muss ihn wiederherstellen."
                ),
            ),
        }
    ),
)

LANGUAGES: Mapping[str, Texts] = MappingProxyType({texts.language: texts for texts in (ENGLISH, GERMAN)})


def texts_for(accept_language: str | None) -> Texts:
    """The texts in the language that the browser prefers; English if it accepts no language that we have."""
    return LANGUAGES[choose_language(accept_language, tuple(LANGUAGES))]


def text_below(title: str, detail: str) -> str:
    """The detail without a first sentence that only repeats the title."""
    repeated = re.match(rf"{re.escape(title)}(?: [\w'-]+){{0,{MAX_ADDED_WORDS}}}\.(?: |$)", detail, re.IGNORECASE)
    return detail[repeated.end() :] if repeated else detail
