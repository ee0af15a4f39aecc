"""`python -m routes.print_openapi` prints the OpenAPI document without Redis, settings or a port.

JSON with sorted keys and a final newline; the front end's types are generated from it.
"""

import json
import sys

from core.configuration import load_settings
from routes.app import create_app


def main() -> int:
    document = create_app(load_settings({}, env_file=None)).openapi()
    sys.stdout.write(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
