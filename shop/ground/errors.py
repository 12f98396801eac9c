"""The refusals Rapport can answer with; anything else that is raised is a bug and becomes a 500.

Refusal
├── BadInput      400  the request says something impossible
├── Unauthorised  401  no proof of who asks
├── Forbidden     403  known, but not allowed
├── NotFound      404  not there, or not yours: never told apart
├── Conflict      409  the world changed since you looked
├── TooLarge      413  more than we take
├── TooMany       429  slow down, `retry_after_s` says for how long
└── Unavailable   503  a part is down
"""


class Refusal(Exception):
    """A request that is answered with a reason instead of a result."""

    status = 400
    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code


class BadInput(Refusal):
    status, code = 400, "bad_input"


class Unauthorised(Refusal):
    status, code = 401, "unauthorised"


class Forbidden(Refusal):
    status, code = 403, "forbidden"


class NotFound(Refusal):
    status, code = 404, "not_found"


class Conflict(Refusal):
    status, code = 409, "conflict"


class TooLarge(Refusal):
    status, code = 413, "too_large"


class TooMany(Refusal):
    status, code = 429, "too_many"

    def __init__(self, message: str, retry_after_s: int, *, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s


class Unavailable(Refusal):
    status, code = 503, "unavailable"
