"""Cases: self-hosted runners, their groups, and who gets code onto the machine.

Input: none (data only). Output: ``CASES``. Not handled: larger runners of GitHub's own.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.github.answers import protection
from benchmarks.accuracy.github.case import ANYONE, DOCS, EITHER, Case, case, gap, no, some, yes
from benchmarks.accuracy.github.organization import Organization

__all__ = ["CASES"]

_SECURE: Final = DOCS + "actions/reference/security/secure-use#hardening-for-self-hosted-runners"
_GROUPS: Final = DOCS + "actions/how-tos/manage-runners/self-hosted-runners/manage-access"
_TRIGGER: Final = DOCS + "actions/concepts/workflows-and-actions/workflows#about-workflow-triggers"
_BOX: Final = "runner:box"


def _org(public: bool = False) -> Organization:
    return (
        Organization().owner("olga").member("anna", "ben").repo(people={"anna": "write", "rea": "read"}, public=public)
    )


def _pull(where: str) -> str:
    return (
        "on: pull_request\npermissions:\n  contents: read\njobs:\n  test:\n"
        f"    runs-on: {where}\n    steps:\n      - uses: actions/checkout@v4\n      - run: make test\n"
    )


def _nightly(where: str, secret: str) -> str:
    return (
        "on:\n  schedule:\n    - cron: '0 3 * * *'\npermissions:\n  contents: read\njobs:\n  nightly:\n"
        f"    runs-on: {where}\n    steps:\n      - run: ./report.sh\n"
        f"        env:\n          TOKEN: ${{{{ secrets.{secret} }}}}\n"
    )


CASES: Final[tuple[Case, ...]] = (
    case(
        "runners/public-repository",
        "A fork's pull request runs on the machine, the first one after an approval.",
        _SECURE,
        _org(public=True).runner("box", repo="app").workflow(_pull("self-hosted")),
        some(EITHER, ANYONE, _BOX),
        yes("anna", _BOX),
        no(ANYONE, "code:app"),
    ),
    case(
        "runners/the-fork-names-the-runner",
        "A fork's pull request runs the workflow files of its own merge, so that it may name the machine.",
        _TRIGGER,
        _org(public=True).runner("box", repo="app").workflow(_pull("ubuntu-latest")),
        some(EITHER, ANYONE, _BOX),
        yes("anna", _BOX),
    ),
    case(
        "runners/private-repository",
        "Writers run jobs; readers' forks run by default none.",
        _SECURE,
        _org().runner("box", repo="app").workflow(_pull("self-hosted")),
        yes("anna", _BOX),
        no(ANYONE, _BOX),
        some("no|conditional|unknown", "rea", _BOX, why="A setting lets forks of private repositories run."),
        no("ben", _BOX),
    ),
    case(
        "runners/of-another-repository",
        "A repository's runner takes this repository's jobs alone.",
        _GROUPS,
        _org().repo("other", people={"ben": "write"}).runner("box", repo="other"),
        yes("ben", _BOX),
        no("anna", _BOX),
    ),
    case(
        "runners/default-group",
        "The default group takes jobs of all repositories, and public ones only if that is allowed.",
        _GROUPS,
        _org()
        .repo("site", people={"ben": "write"}, public=True)
        .runner("box")
        .workflow(_pull("self-hosted"), repo="site"),
        yes("anna", _BOX),
        no("ben", _BOX),
        no(ANYONE, _BOX),
    ),
    case(
        "runners/group-with-public-repositories",
        "Public repositories may be let in.",
        _GROUPS,
        _org()
        .repo("site", people={"ben": "write"}, public=True)
        .group("open", public=True)
        .runner("box", group="open")
        .workflow(_pull("self-hosted"), repo="site"),
        yes("anna", _BOX),
        yes("ben", _BOX),
        some(EITHER, ANYONE, _BOX),
        no("rea", "code:app"),
    ),
    case(
        "runners/group-for-private-repositories",
        "Visibility private leaves public repositories out.",
        _GROUPS,
        _org()
        .repo("site", people={"ben": "write"}, public=True)
        .group("inner", "private")
        .runner("box", group="inner"),
        yes("anna", _BOX),
        no("ben", _BOX),
        no(ANYONE, _BOX),
    ),
    case(
        "runners/group-for-selected-repositories",
        "Which repositories are selected is not in the evidence.",
        _GROUPS,
        _org().repo("other", people={"ben": "write"}).group("few", "selected").runner("box", group="few"),
        gap("anna", _BOX),
        gap("ben", _BOX),
        no("rea", _BOX),
    ),
    case(
        "runners/group-for-selected-workflows",
        "Only one workflow of the reviewed branch may use the machine.",
        _GROUPS,
        _org()
        .branch("main", protection(reviews=1))
        .group("deploy", only=["octo/app/.github/workflows/deploy.yml@refs/heads/main"])
        .runner("box", group="deploy"),
        some("no|conditional|unknown", "anna", _BOX),
        no("rea", _BOX),
        no(ANYONE, _BOX),
    ),
    case(
        "runners/shared-machine",
        "Who has the machine waits for the job of another repository, with its secret.",
        _SECURE,
        _org()
        .repo("bank", people={"ben": "write"})
        .runner("box")
        .secret("KEY", "OTHER", repo="bank")
        .workflow(_nightly("self-hosted", "KEY"), repo="bank"),
        some(EITHER, "anna", "secret:bank/KEY"),
        no("anna", "secret:bank/OTHER", "code:bank"),
        no("rea", "secret:bank/KEY"),
    ),
    case(
        "runners/other-labels",
        "A job asks for labels that this machine does not have.",
        DOCS + "actions/how-tos/write-workflows/choose-where-workflows-run/choose-the-runner-for-a-job",
        _org()
        .repo("bank", people={"ben": "write"})
        .runner("box", "small")
        .secret("KEY", repo="bank")
        .workflow(_nightly("[self-hosted, gpu]", "KEY"), repo="bank"),
        yes("anna", _BOX),
        no("anna", "secret:bank/KEY"),
    ),
    case(
        "runners/hosted-by-github",
        "A machine of GitHub's own is new for each job.",
        _SECURE,
        _org()
        .repo("bank", people={"ben": "write"})
        .runner("box")
        .secret("KEY", repo="bank")
        .workflow(_nightly("ubuntu-latest", "KEY"), repo="bank"),
        yes("anna", _BOX),
        no("anna", "secret:bank/KEY"),
    ),
    case(
        "runners/groups-were-not-asked",
        "Whose jobs the machine takes is not known.",
        _GROUPS,
        _org().group("any").runner("box", group="any").without("actions.list-self-hosted-runner-groups-for-org"),
        gap("anna", _BOX),
        no("rea", _BOX),
    ),
)
