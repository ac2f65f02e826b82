"""A mail server that keeps what it is given, so that a journey can read its people's post."""

import contextlib
import email
import email.policy
import socketserver
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage

WAIT_SECONDS = 30


class Mailbox:
    """Every message that arrived, in order; another thread adds to it."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    def take(self, content: bytes) -> None:
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)

    def sent_to(self, address: str) -> list[EmailMessage]:
        """Return what arrived for one address so far."""
        return [message for message in list(self.messages) if address in str(message["To"])]

    def wait_for(self, address: str, subject: str) -> str:
        """Return the words of the message to `address` under `subject`, once it is there.

        :raises AssertionError: if it does not arrive in time; says what did.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            for message in self.sent_to(address):
                if message["Subject"] == subject:
                    return str(message.get_content())
            time.sleep(0.1)
        arrived = [(message["To"], message["Subject"]) for message in self.messages]
        raise AssertionError(f"No mail {subject!r} to {address}; there is {arrived}")


class _Conversation(socketserver.StreamRequestHandler):
    """One client's talk: as much SMTP as a client needs to hand messages over."""

    server: "_Server"

    def handle(self) -> None:
        self.say(b"220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say(b"354 go on")
                self.server.mailbox.take(self.read_message())
            self.say(b"221 bye" if verb == b"QUIT" else b"250 taken")
            if verb == b"QUIT":
                return

    def say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")

    def read_message(self) -> bytes:
        """Read up to the line that is only a dot; a dot that begins a line was doubled."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mailbox = mailbox


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    """Run the server on a loopback port; yield its mailbox and the EMAIL_URL that leads there."""
    mailbox = Mailbox()
    with _Server(mailbox) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield mailbox, f"smtp+plain://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
