"""The description for people, in local: the OpenAPI document as one page without a script."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
