"""Sockets on which connections wait until an HTTP server takes them; nothing of a server is imported."""

import errno
import socket

from aioutlet.settings import CannotStart, host_and_port, http_url

BACKLOG = 2_048
HOST = "AIOUTLET_HOST"


class CannotListen(CannotStart):
    """The address cannot be listened on, or another process listens on the port; the message names the setting."""


def url_of(listener: socket.socket, host: str) -> str:
    """Return the URL under which a socket is reached that was bound to `host`."""
    return http_url(host, listener.getsockname()[1])


def bind(host: str, port: int, setting: str) -> socket.socket:
    """Return a socket on which connections wait until somebody serves them; port 0 takes a free one.

    Raises:
        CannotListen: The message names `setting` where another port would help, else AIOUTLET_HOST.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"{HOST}: {host!r} is no address of this machine; set it to one") from error
    family, kind, protocol, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        name = HOST if error.errno == errno.EADDRNOTAVAIL else setting
        words = f"{host_and_port(host, port)} cannot be listened on ({error.strerror})"
        raise CannotListen(f"{words}; set {name} to another") from error
    listener.listen(BACKLOG)
    return listener
