"""Ask a service only in regions that have it, and say so where it is left out.

Input: a service, its operations, and what fetches one region. Output: a fetching function for ``collect``.
Handled: regions that botocore's own list of a service's regions lacks; services that botocore has no list for, in
regions where the endpoint's name does not exist. Not handled: a region that botocore is too old to know: it is asked.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from collectors.interface import Operation

if TYPE_CHECKING:
    from collectors.aws.fetching import AwsFetch

__all__ = ["left_out", "where_offered"]

_EVERYWHERE = "sts"
"""A service of every region: a region that botocore does not list for it is one that botocore does not know."""
_NO_SUCH_NAME = frozenset(getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name))
"""A name server that does not answer is ``EAI_AGAIN``, which says nothing about the name."""


def where_offered(
    service: str, operations: Iterable[Operation], fetch_region: Callable[[AwsFetch, str], None]
) -> Callable[[AwsFetch, str], None]:
    """Return a fetching function that leaves out the regions in which the service does not exist.

    Parameters
    ----------
    service
        boto3's name of the client.
    operations
        Where the service's operations are among; each gets a ``skipped`` coverage record with the reason, so that the
        region reads as "not looked at" and never as an empty one.
    fetch_region
        Fetches one region.
    """
    names = tuple(each.name for each in operations if each.name.partition(".")[0] == service)

    def fetch_offered(fetch: AwsFetch, region: str) -> None:
        reason = fetch.caller.left_out(service, region)
        if not reason:
            fetch_region(fetch, region)
            return
        for name in names:
            fetch.skipped(name, reason, region)

    return fetch_offered


def left_out(session: Any, client: Callable[[], Any], service: str, region: str) -> str:
    """Return why a service need not be asked in a region; empty when it is to be asked.

    Parameters
    ----------
    session
        A boto3 session.
    client
        Gives the client of that service and region; called only where botocore does not list the service's regions.
    service, region
        boto3's names.

    References
    ----------
    https://docs.aws.amazon.com/boto3/latest/reference/core/session.html (``get_available_regions``; read 2026-11)
    """
    from botocore.exceptions import UnknownRegionError

    try:
        partition = session.get_partition_for_region(region)
    except UnknownRegionError:
        return ""
    listed = session.get_available_regions(service, partition_name=partition)
    if listed:
        known = region in session.get_available_regions(_EVERYWHERE, partition_name=partition)
        return f"AWS does not list {service} in {region}" if known and region not in listed else ""
    return _unnamed(client())


def _unnamed(client: Any) -> str:
    """Say that an endpoint's name does not exist: asking it costs every attempt, and the waits between them."""
    from botocore.utils import get_environ_proxies

    url = client.meta.endpoint_url
    host = urlsplit(url).hostname or ""
    if not host or get_environ_proxies(url):
        return ""  # a proxy looks names up itself
    try:
        socket.getaddrinfo(host, None)
    except socket.gaierror as error:
        return f"no such endpoint: {host}" if error.errno in _NO_SUCH_NAME else ""
    return ""
