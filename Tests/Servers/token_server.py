# SPDX-License-Identifier: Apache-2.0
"""A token server for docker-registry: distribution's auth/token (GET with Basic) and auth/oauth (POST with a form).

token_server.py PORT KEY CERTIFICATE USER PASSWORD [tls]

It signs with openssl, which is asked for each token. Anybody may pull from the repositories below `public/`; who says the
password may do all. Its refresh token is the password backwards. With `tls` the same key and certificate are its own.
"""
import base64
import http.server
import json
import ssl
import subprocess
import sys
import time
import urllib.parse

port, key, certificate, user, password = int(sys.argv[1]), *sys.argv[2:6]
refresh_token = password[::-1]


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims):
    with open(certificate) as file:
        first = file.read().split("-----BEGIN CERTIFICATE-----")[1].split("-----END CERTIFICATE-----")[0]
    header = {"typ": "JWT", "alg": "RS256", "x5c": ["".join(first.split())]}
    text = b64(json.dumps(header).encode()) + "." + b64(json.dumps(claims).encode())
    signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), capture_output=True, check=True)
    return text + "." + b64(signed.stdout)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def token(self, query, name):
        access = []
        for scope in " ".join(query.get("scope", [])).split():
            kind, path, actions = scope.split(":")
            wanted = actions.split(",")
            granted = wanted if name else [a for a in wanted if a == "pull" and path.startswith("public/")]
            access.append({"type": kind, "name": path, "actions": granted})
        now = int(time.time())
        token = sign({"iss": "minibox-tests", "sub": name, "aud": query.get("service", [""])[0], "exp": now + 300,
                      "nbf": now - 10, "iat": now, "jti": str(time.time()), "access": access})
        document = {"token": token, "access_token": token, "expires_in": 300}
        if name and query.get("offline_token"):
            document["refresh_token"] = refresh_token
        self.answer(200, document)

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        header = self.headers.get("Authorization", "")
        name = ""
        if header:
            said = base64.b64decode(header.removeprefix("Basic ")).decode()
            if said != f"{user}:{password}":
                return self.answer(401, {"details": "incorrect username or password"})
            name = user
        self.token(query, name)

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if form.get("refresh_token") != [refresh_token]:
            return self.answer(400, {"error": "invalid_grant", "error_description": "unknown refresh token"})
        self.token(form, user)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
if sys.argv[6:] == ["tls"]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
