# SPDX-License-Identifier: Apache-2.0
"""A registry that does what none should: the first part of a repository's name says what.

It prints a line of JSON: its port, that of a second one which stands for another host, and the digest and size of the only
blob. `/log` of either is what it was asked, and with which headers.
"""
import hashlib
import json
import socket
import threading
import time

BLOB = bytes(i * i % 251 for i in range(300_000))
DIGEST = "sha256:" + hashlib.sha256(BLOB).hexdigest()
MANIFEST = b'{"schemaVersion":2}'
ports = {}
logs = {}
counts = {}
lock = threading.Lock()


def times(what):
    """How often it was asked, from 1."""
    with lock:
        counts[what] = counts.get(what, 0) + 1
        return counts[what]


def head(status, headers, length=None):
    lines = [f"HTTP/1.1 {status} X"] + [f"{k}: {v}" for k, v in headers.items()]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Broken(Exception):
    """The connection ends here."""


class Connection:
    def __init__(self, connection, name):
        self.connection, self.name, self.buffer = connection, name, b""

    def serve(self):
        try:
            while self.one():
                pass
        except (OSError, Broken, ValueError, IndexError):
            pass
        finally:
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.connection.close()

    def one(self):
        while b"\r\n\r\n" not in self.buffer:
            part = self.connection.recv(65536)
            if not part:
                return False
            self.buffer += part
            if self.buffer[0] == 0x16:
                return False  # TLS
        text, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = text.decode().split("\r\n")
        self.method, self.path, _ = lines[0].split(" ")
        self.headers = {l.split(":", 1)[0].lower(): l.split(":", 1)[1].strip() for l in lines[1:]}
        length = int(self.headers.get("content-length", 0))
        while len(self.buffer) < length:
            part = self.connection.recv(1 << 20)
            if not part:
                return False
            self.buffer += part
        self.body, self.buffer = self.buffer[:length], self.buffer[length:]
        if self.path == "/log":
            with lock:
                return self.answer(200, json.dumps(logs.get(self.name, [])).encode())
        with lock:
            logs.setdefault(self.name, []).append(
                {"method": self.method, "path": self.path, "headers": self.headers, "length": length})
        parts = self.path.split("?")[0].split("/")
        if self.path == "/v2/":
            return self.answer(200, b"{}")
        if parts[1] == "token":
            return self.token(parts[2])
        if parts[1] == "get":
            return self.get(parts[2])
        return getattr(self, "do_" + parts[2].replace("-", "_"))(parts)

    def send(self, data):
        self.connection.sendall(data)

    def answer(self, status, body=b"", **headers):
        names = {k.replace("_", "-"): v for k, v in headers.items()}
        self.send(head(status, names, len(body)) + (b"" if self.method == "HEAD" else body))
        return True

    def manifest_or_blob(self, parts):
        if "manifests" in parts:
            return self.answer(200, MANIFEST, Content_Type="application/vnd.oci.image.manifest.v1+json")
        return self.blob()

    def blob(self):
        first = self.first()
        if first:
            return self.answer(206, BLOB[first:], Content_Range=f"bytes {first}-{len(BLOB) - 1}/{len(BLOB)}")
        return self.answer(200, BLOB)

    def first(self):
        return int(self.headers.get("range", "bytes=0-")[6:-1])

    # What each repository does.
    do_good = manifest_or_blob

    def do_truncated(self, parts):
        first = self.first()
        if len(BLOB) - first < 60_000:
            return self.blob()
        status, headers = (206, {"Content-Range": f"bytes {first}-{len(BLOB) - 1}/{len(BLOB)}"}) if first else (200, {})
        self.send(head(status, headers, len(BLOB) - first) + BLOB[first:first + 100_000])
        raise Broken

    def do_always_truncated(self, parts):
        self.send(head(200, {}, len(BLOB)) + BLOB[:1000])
        raise Broken

    def do_no_range(self, parts):
        if times(parts[3]) > 1:
            return self.answer(200, BLOB)
        self.send(head(200, {}, len(BLOB)) + BLOB[:1000])
        raise Broken

    def do_wrong_range(self, parts):
        if self.first():
            return self.answer(206, BLOB[5:], Content_Range=f"bytes 5-{len(BLOB) - 1}/{len(BLOB)}")
        self.send(head(200, {}, len(BLOB)) + BLOB[:1000])
        raise Broken

    def do_wrong_bytes(self, parts):
        return self.answer(200, MANIFEST + b" " if "manifests" in parts else BLOB[:-1] + b"!")

    def do_wrong_digest(self, parts):
        return self.answer(200, MANIFEST, Docker_Content_Digest=DIGEST)

    def do_too_long(self, parts):
        return self.answer(200, BLOB + b"!")

    def do_endless(self, parts):
        self.send(head(200, {"Transfer-Encoding": "chunked"}))
        while True:
            self.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    def do_too_short(self, parts):
        return self.answer(200, BLOB[:-1])

    def do_gigabyte(self, parts):
        self.send(head(200, {"Content-Type": "application/json"}, 1 << 30))
        while True:
            self.send(b"x" * 65536)

    def do_endless_headers(self, parts):
        self.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.send(b"X-A: " + b"a" * 1000 + b"\r\n")

    def do_long_header(self, parts):
        self.send(b"HTTP/1.1 200 OK\r\nX-A: ")
        while True:
            self.send(b"a" * 65536)

    def do_no_http(self, parts):
        self.send(b"SSH-2.0-OpenSSH_9.2\r\n")
        time.sleep(1)
        raise Broken

    def do_elsewhere(self, parts):
        if not self.headers.get("authorization"):
            return self.answer(401, b"{}", WWW_Authenticate='Basic realm="x"')
        return self.answer(307, Location=f"http://127.0.0.1:{ports['other']}/v2/good/x/blobs/{DIGEST}?signature=1")

    def do_to_file(self, parts):
        return self.answer(307, Location="file:///etc/passwd")

    def do_to_metadata(self, parts):
        return self.answer(307, Location="http://169.254.169.254/latest/meta-data/iam")

    def do_circle(self, parts):
        return self.answer(307, Location=self.path)

    def do_busy(self, parts):
        if times(parts[3]) <= 2:
            return self.answer(429, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}', Retry_After="1")
        return self.manifest_or_blob(parts)

    def do_always_busy(self, parts):
        return self.answer(429, b"", Retry_After="0")

    def do_away(self, parts):
        return self.answer(429, b"", Retry_After="86400")

    def do_unavailable(self, parts):
        return self.answer(503, b"<html>") if times(parts[3]) <= 2 else self.manifest_or_blob(parts)

    def do_dropped(self, parts):
        if times(parts[3]) <= 2:
            raise Broken
        return self.manifest_or_blob(parts)

    def do_token_loop(self, parts):
        realm = f"http://127.0.0.1:{ports['main']}/token/good"
        return self.answer(401, b"{}", WWW_Authenticate=f'Bearer realm="{realm}",service="s"')

    def do_basic_loop(self, parts):
        return self.answer(401, b'{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}', WWW_Authenticate='Basic realm="x"')

    def do_token_html(self, parts):
        realm = f"http://127.0.0.1:{ports['main']}/token/html"
        return self.answer(401, b"{}", WWW_Authenticate=f'Bearer realm="{realm}"')

    def do_token_gigabyte(self, parts):
        realm = f"http://127.0.0.1:{ports['main']}/token/gigabyte"
        return self.answer(401, b"{}", WWW_Authenticate=f'Bearer realm="{realm}"')

    def do_token_metadata(self, parts):
        return self.answer(401, b"{}", WWW_Authenticate='Bearer realm="http://169.254.169.254/token"')

    def do_token_elsewhere(self, parts):
        if self.headers.get("authorization"):
            return self.manifest_or_blob(parts)
        realm = f"http://127.0.0.1:{ports['main']}/token/moved"
        return self.answer(401, b"{}", WWW_Authenticate=f'Bearer realm="{realm}"')

    def do_silent(self, parts):
        time.sleep(3600)
        raise Broken

    def do_trickle(self, parts):
        self.send(head(200, {}, len(BLOB)))
        for byte in BLOB:
            self.send(bytes([byte]))
            time.sleep(0.1)

    def do_stalled(self, parts):
        self.send(head(200, {}, len(BLOB)) + BLOB[:1000])
        time.sleep(3600)
        raise Broken

    def do_not_json(self, parts):
        return self.answer(200, b"{", Content_Type="application/json")

    def do_endless_pages(self, parts):
        n = times("pages")
        return self.answer(200, b'{"tags":["a"]}', Link=f'</v2/endless-pages/x/tags/list?n={n % 3}>; rel="next"')

    def do_pages_elsewhere(self, parts):
        return self.answer(200, b'{"tags":["a"]}', Link=f'<http://127.0.0.1:{ports["other"]}/x>; rel="next"')

    def do_paged(self, parts):
        if "last" in self.path:
            return self.answer(200, b'{"tags":["b"]}')
        return self.answer(200, b'{"tags":["a"]}', Link='</v2/paged/x/tags/list?last=a>; rel="next"')

    # Uploads.
    def do_chunks(self, parts):
        return self.upload(parts, {"OCI-Chunk-Min-Length": "100000"})

    def do_small_bodies(self, parts):
        if self.method in ("PUT", "PATCH") and len(self.body) > 200_000:
            return self.answer(413)
        return self.upload(parts, {})

    def do_breaking(self, parts):
        if self.method == "PATCH" and times(parts[3]) == 1:
            with lock:
                counts["got " + parts[3]] = 1000
            raise Broken
        return self.upload(parts, {"OCI-Chunk-Min-Length": "1"})

    def do_standing_still(self, parts):
        if self.method == "PATCH":
            self.send(head(202, {"Location": f"/v2/{parts[2]}/x/blobs/uploads/1", "Range": "0-0"}, 0))
            return True
        return self.upload(parts, {"OCI-Chunk-Min-Length": "100000"})

    def do_upload_elsewhere(self, parts):
        if self.method == "POST":
            return self.answer(202, Location=f"http://127.0.0.1:{ports['other']}/v2/chunks/x/blobs/uploads/1")
        return self.answer(404)

    def do_bad_digest(self, parts):
        if self.method == "PUT":
            return self.answer(400, b'{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match"}]}')
        return self.upload(parts, {})

    def upload(self, parts, headers):
        """Takes chunks in order, and all of it at the end."""
        got, place = "got " + parts[3], f"/v2/{parts[2]}/{parts[3]}/blobs/uploads/1?_state=s"
        count = counts.get(got, 0)
        span = {"Range": f"0-{max(count - 1, 0)}"}
        if self.method == "HEAD":
            return self.answer(404)
        if self.method == "POST":
            self.send(head(202, {"Location": place, **headers}, 0))
        elif self.method == "PATCH":
            if int(self.headers["content-range"].split("-")[0]) != count:
                self.send(head(416, {"Location": place, **span}, 0))
                return True
            with lock:
                counts[got] = count + len(self.body)
            self.send(head(202, {"Location": place, "Range": f"0-{counts[got] - 1}"}, 0))
        elif self.method == "GET":
            self.send(head(204, {"Location": place, **span}))
        elif count + len(self.body) != len(BLOB):
            self.send(head(400, {}, 0))
        else:
            self.send(head(201, {"Location": "/x"}, 0))
        return True

    def token(self, kind):
        if kind == "good":
            return self.answer(200, b'{"token":"t"}')
        if kind == "html":
            return self.answer(200, b"<html>")
        if kind == "moved":
            return self.answer(307, Location=f"http://127.0.0.1:{ports['other']}/token/good")
        return self.do_gigabyte([])

    def get(self, kind):
        if kind == "gigabyte":
            return self.do_gigabyte([])
        if kind in ("to-file", "to-metadata"):
            return getattr(self, "do_" + kind.replace("-", "_"))([])
        if kind == "moved":
            return self.answer(302, Location=f"http://127.0.0.1:{ports['other']}/get/x")
        return self.answer(200, BLOB, Last_Modified="Sun, 06 Nov 1994 08:49:37 GMT")


def listen(name):
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    ports[name] = listener.getsockname()[1]

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=Connection(connection, name).serve, daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    return thread


threads = [listen("main"), listen("other")]
print(json.dumps({"port": ports["main"], "other": ports["other"], "digest": DIGEST, "size": len(BLOB)}), flush=True)
threads[0].join()
