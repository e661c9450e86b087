# SPDX-License-Identifier: Apache-2.0
"""Names that mean this machine at one moment and another one at the next, and what minibox-fetch makes of them.

rebinding.py PROGRAM FOLDER, as root in network and mount namespaces of its own (`unshare -nm`). 192.0.2.7 stands for another
machine, 127.0.0.1 is this one; both have a server at port 8080. It prints a JSON object: by the name of a case, `done` or
the code and the reason of the failure, and the paths that the server on this machine was asked for.
"""
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading

program, folder = sys.argv[1:3]
PUBLIC, LOCAL = "192.0.2.7", "127.0.0.1"
asked = []


def run(*words):
    subprocess.run(words, check=True)


def hosts(**names):
    """Lets each name mean an address, from now on."""
    with open(folder + "/hosts", "w") as file:
        for name, address in names.items():
            file.write(f"{address} {name}.example\n")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.server.server_address[0] == LOCAL:
            asked.append(self.path)
        place = self.path.removeprefix("/to/")
        if self.path.startswith("/to/"):
            self.send_response(307)
            self.send_header("Location", place)
        elif self.path.startswith("/v2/token"):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Bearer realm="http://inner.example:8080/token"')
        elif self.path.startswith("/v2/secure-token"):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Bearer realm="https://auth.example:8443/token"')
        else:
            self.send_response(200)
        body = b'{"token":"t"}'
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def serve(address, port, certificate=None):
    server = http.server.ThreadingHTTPServer((address, port), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


class Fetch:
    """One minibox-fetch."""

    def __init__(self, registries, insecure=()):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env={})
        self.count = 0
        self.write({"registries": registries, "proxy": {}, "insecure": list(insecure), "userAgent": "test", "retries": 0,
                    "concurrency": 2, "firstPause": 0.1, "patience": 600.0, "slowest": 0})

    def write(self, line):
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, **work):
        self.count += 1
        self.write({"id": self.count, **work})
        while True:
            event = json.loads(self.process.stdout.readline())
            if event["event"] == "done":
                return "done"
            if event["event"] == "failed":
                return f"{event['code']}: {event['reason']}"

    def get(self, address):
        return self.ask(do="get", address=address, limit=1000, file="g")

    def manifest(self, registry, path):
        return self.ask(do="resolve", registry=registry, repository=path, reference="1")


run("ip", "link", "set", "lo", "up")
run("ip", "address", "add", PUBLIC + "/32", "dev", "lo")
hosts()
run("mount", "--bind", folder + "/hosts", "/etc/hosts")
run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/key", "-out", folder + "/own", "-days",
    "2", "-subj", "/CN=auth.example")
with open(folder + "/pem", "w") as pem:
    pem.write(open(folder + "/key").read() + open(folder + "/own").read())
for address in (PUBLIC, LOCAL):
    serve(address, 8080)
serve(PUBLIC, 8443, folder + "/pem")
result = {}

# A name that a server leads to, and that means this machine; the user may go there.
hosts(outer=PUBLIC, inner=LOCAL)
fetch = Fetch({})
result["redirect"] = fetch.get("http://outer.example:8080/to/http://inner.example:8080/secret")
result["chosen"] = fetch.get("http://inner.example:8080/chosen")
result["own"] = fetch.get("http://inner.example:8080/to/http://127.0.0.1:8080/own")

# A name that meant this machine when it was asked for the first time, and that has sent us here from elsewhere since.
hosts(outer=LOCAL, inner=LOCAL)
fetch = Fetch({})
result["before"] = fetch.get("http://outer.example:8080/before")
hosts(outer=PUBLIC, inner=LOCAL)
result["rebound"] = fetch.get("http://outer.example:8080/to/http://inner.example:8080/rebound")

# A token server that means this machine.
plain = {"endpoints": [{"address": "http://outer.example:8080", "credential": {"user": "me", "password": "p"}}]}
result["token"] = Fetch({"r": plain}, ["inner.example"]).manifest("r", "token")

# One with a certificate that proves nothing, of a registry that is called insecure, and called so itself.
hosts(outer=PUBLIC, auth=PUBLIC)
loose = {"endpoints": [{**plain["endpoints"][0], "insecure": True}]}
result["unproven"] = Fetch({"r": loose}).manifest("r", "secure-token")
result["listed"] = Fetch({"r": loose}, ["auth.example:8443"]).manifest("r", "secure-token")
print(json.dumps({"results": result, "asked": asked}))
os._exit(0)
