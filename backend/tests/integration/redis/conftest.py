"""The service on Redis in each of its forms."""

from tests.integration.api.conftest import open_api

__all__ = ["open_api"]
