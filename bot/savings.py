"""What Rasa works out anew in every turn though it is always the same, remembered; results are the same.

Imported by bot.turn, once. Rasa 3.6.21 is the last of its line, so what is replaced here stays what it is.
"""

from functools import cache
from types import SimpleNamespace
from typing import Any

import rasa.engine.runner.dask as runner
from dask import core
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event

# A walk over all subclasses for each event that is read; an unknown name raises, which is not remembered.
Event.resolve_by_type = staticmethod(cache(Event.resolve_by_type))

# The nodes of a turn run one after the other in one thread anyway; no scheduler is needed for that.
runner.dask = SimpleNamespace(get=core.get)

_explained = RemoteAction._validate_action_result


@cache
def _response() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)


def _validate_action_result(self: RemoteAction, result: Any) -> bool:
    """Rasa checks the schema itself by its meta-schema each time: 25 ms. What is not valid still goes that way."""
    return bool(_response().is_valid(result) or _explained(self, result))


RemoteAction._validate_action_result = _validate_action_result


_is_empty = Domain.is_empty


def _known_empty(self: Domain) -> bool:
    """Asked at every message, and answered by writing this domain and an empty one out in full; a loaded one stays as it is."""
    if "known_empty" not in self.__dict__:
        self.known_empty = _is_empty(self)
    return bool(self.known_empty)


Domain.is_empty = _known_empty
