"""Somebody who looks at the bare page."""

from dataclasses import dataclass

from bench.annotators import Line, expect


@dataclass
class BareVisitor:
    item: int
    session: str

    def visit(self, line: Line) -> None:
        cookie = {"Cookie": f"sessionid={self.session}"}
        status, body = line.send("GET", f"/{self.item}/", None, cookie)
        expect(status, 200, body)
