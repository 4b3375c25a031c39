"""One call: how it is classified, when the rest is given up, and what is counted. No server."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.aws.calls import NOT_ASKED, AwsCaller, outcome_of_code
from collectors.aws.operations import OPERATIONS
from collectors.interface import CallOutcome

pytestmark = pytest.mark.needs_moto

NAME = "secretsmanager.get_resource_policy"


class Clients:
    """Answers every method with the next thing: a body, or an error to raise."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked = 0

    def client(self, service: str, region: str = "") -> Any:
        return self

    def __getattr__(self, method: str) -> Any:
        def answer(**params: Any) -> Any:
            self.asked += 1
            now = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(now, Exception):
                raise now
            return dict(now)

        return answer


def refusal(code: str, status: int = 400) -> Exception:
    from botocore.exceptions import ClientError

    answer: Any = {"Error": {"Code": code, "Message": "no\nway"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetResourcePolicy")


def caller(clients: Clients, budget: float = 100, attempts: int = 1, step: float = 0) -> AwsCaller:
    times = iter(range(0, 100000))
    return AwsCaller(clients, budget, attempts, lambda: next(times) * step)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "status", "outcome", "transient"),
    [
        ("ResourceNotFoundException", 400, CallOutcome.NONE, False),
        ("AccessDeniedException", 400, CallOutcome.DENIED, False),
        ("UnauthorizedOperation", 403, CallOutcome.DENIED, False),
        ("Client.UnauthorizedOperation", 403, CallOutcome.DENIED, False),
        ("ThrottlingException", 400, CallOutcome.FAILED, True),
        ("SomethingNew", 429, CallOutcome.FAILED, True),
        ("InternalFailure", 500, CallOutcome.FAILED, True),
        ("NoSuchBucketPolicy", 404, CallOutcome.FAILED, False),  # another operation's word for "none"
        ("UnrecognizedClientException", 400, CallOutcome.FAILED, False),
    ],
)
def test_classified(code: str, status: int, outcome: CallOutcome, transient: bool) -> None:
    answer = caller(Clients(refusal(code, status))).call(NAME, {})
    assert (answer.outcome, answer.code, answer.message) == (outcome, code, "no way")
    assert answer.transient is transient
    assert outcome_of_code(OPERATIONS[NAME], code) is outcome


def test_gives_up_a_service_and_region_after_three_in_a_row() -> None:
    clients = Clients(refusal("ThrottlingException"))
    calls = caller(clients)
    codes = [calls.call(NAME, {}, "us-east-1").code for _ in range(50)]
    assert codes == ["ThrottlingException"] * 3 + [NOT_ASKED] * 47
    assert calls.call(NAME, {}, "eu-west-1").code == "ThrottlingException"
    assert calls.call("kms.list_keys", {}, "us-east-1").code == "ThrottlingException"
    assert clients.asked == 5
    assert calls.counts() == {"regional": {"kms.list_keys": 1}, "resource": {NAME: 4}}


def test_an_answer_in_between_starts_the_count_again() -> None:
    throttled = refusal("ThrottlingException")
    clients = Clients(throttled, throttled, {"ARN": "a"}, throttled, throttled, refusal("AccessDenied"), throttled)
    calls = caller(clients)
    assert NOT_ASKED not in {calls.call(NAME, {}).code for _ in range(9)}
    assert calls.call(NAME, {}).code == NOT_ASKED


def test_the_time_for_failing_calls_is_bounded() -> None:
    calls = caller(Clients(refusal("Throttling")), budget=25, step=10)
    codes = [calls.call(NAME, {}, f"region-{number}").code for number in range(5)]
    assert codes == ["Throttling"] * 3 + [NOT_ASKED] * 2
    assert calls.stopped == "not asked: the time for failing calls is used up"


def test_time_that_succeeds_is_not_bounded() -> None:
    calls = caller(Clients({"ARN": "a"}), budget=5, step=10)
    assert all(calls.call(NAME, {}).usable for _ in range(20))


def test_ended_credentials_stop_everything() -> None:
    calls = caller(Clients(refusal("ExpiredTokenException")))
    calls.call(NAME, {}, "us-east-1")
    assert (
        calls.call("kms.list_keys", {}, "eu-west-1").message
        == "not asked: the credentials ended (ExpiredTokenException)"
    )


def test_an_unreadable_answer_is_asked_again() -> None:
    clients = Clients({"ResponseMetadata": {}}, {"ARN": "a", "ResponseMetadata": {"RetryAttempts": 2}})
    calls = caller(clients, attempts=3)
    answer = calls.call(NAME, {})
    assert answer.body == {"ARN": "a"}
    assert calls.retries == 3
    assert calls.counts() == {"resource": {NAME: 1}}


def test_an_undeclared_call_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        caller(Clients({})).call("iam.create_user", {})
