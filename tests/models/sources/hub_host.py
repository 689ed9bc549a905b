"""The host that the tests of handles ask: it speaks Hub's protocol, and breaks it where an address says so."""

from __future__ import annotations

import http.server
import re

PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>"


class Hub(http.server.BaseHTTPRequestHandler):
    """Speaks Hub's protocol: the archive when it is asked for in compressed form."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        if not self.path.endswith("?tf-hub-format=compressed"):
            return self.answer(PAGE, kind="text/html")
        way = self.path.split("/")[1]
        if way == "missing":
            return self.answer(b"", code=404)
        if way == "page":
            return self.answer(PAGE, kind="text/html; charset=utf-8")
        if way == "disguised":
            return self.answer(PAGE)
        if way == "truncated":
            return self.answer(self.server.archive[:900], announced=len(self.server.archive))
        if way == "short":
            return self.answer(self.server.archive[: len(self.server.archive) // 2])
        if way == "stops" and not self.server.released.is_set():
            self.answer(self.server.archive[:-100], announced=len(self.server.archive), close=False)
            self.server.released.wait(60)
            return None
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        self.server.ranges.append(int(found[1]) if found else 0)
        return self.answer(self.server.archive, start=self.server.ranges[-1])

    def answer(self, content, *, code=200, kind="application/x-tar", announced=None, start=0, close=True):
        self.send_response(206 if start else code)
        self.send_header("Content-Type", kind)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start if announced is None else announced))
        self.end_headers()
        self.wfile.write(content[start:])
        self.wfile.flush()
        self.close_connection = close

    def log_message(self, *args):
        pass
