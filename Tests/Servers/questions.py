# SPDX-License-Identifier: Apache-2.0
"""What Debian's registry does not answer: a search, what refers to an image, in pages or by the tag that stands for it,
and the removal of a tag alone.

It prints its port as a line of JSON.
"""
import hashlib
import http.server
import json
from urllib.parse import parse_qs, urlsplit

KIND = "application/vnd.oci.image.manifest.v1+json"
MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": KIND}).encode()
DIGEST = "sha256:" + hashlib.sha256(MANIFEST).hexdigest()


def referrer(number, kind):
    return {"mediaType": KIND, "digest": "sha256:" + f"{number}" * 64, "size": number * 1000, "artifactType": kind}


PAGES = {"": [referrer(1, "application/spdx+json"), referrer(2, "example/signature")], "2": [referrer(3, "example/signature")]}
FOUND = [
    {"name": "debian", "description": "An \x1b[31mold one", "star_count": 5000, "is_official": True},
    {"name": "some/debian", "description": "d" * 60, "star_count": 1, "is_official": False},
    {"name": "third", "description": "", "star_count": 0, "is_official": False},
]


REMOVED = set()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        address = urlsplit(self.path)
        asked, parts = parse_qs(address.query), address.path.split("/")
        if address.path == "/v2/":
            return self.answer(200, {})
        if address.path == "/v1/search":
            return self.answer(200, {"query": asked["q"][0], "results": FOUND if asked["q"] == ["debian stable"] else []})
        repository, kind, what = parts[2:5]
        if kind == "referrers" and repository == "paged":
            page = asked.get("page", [""])[0]
            index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": PAGES[page]}
            more = {} if page else {"Link": f'</v2/paged/referrers/{what}?page=2>; rel="next"'}
            return self.answer(200, index, **more)
        if kind == "manifests" and what in {"1", DIGEST} - REMOVED:
            return self.answer(200, MANIFEST, Content_Type=KIND, Docker_Content_Digest=DIGEST)
        if kind == "manifests" and repository == "older" and what == DIGEST.replace(":", "-"):
            index = "application/vnd.oci.image.index.v1+json"
            return self.answer(200, {"schemaVersion": 2, "mediaType": index, "manifests": PAGES[""]}, Content_Type=index)
        return self.answer(404, {"errors": [{"code": "NOT_FOUND", "message": "it is not here"}]})

    do_HEAD = do_GET

    def do_DELETE(self):
        REMOVED.add(self.path.split("/")[4])
        return self.answer(202, b"")

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(json.dumps({"port": server.server_address[1]}), flush=True)
server.serve_forever()
