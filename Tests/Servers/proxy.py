# SPDX-License-Identifier: Apache-2.0
"""A proxy that knows CONNECT alone, for the user `me` with the password `p:w`; whatever host is asked for, it is this machine.

It prints its port. `/log` is what it was asked for, a line each.
"""
import base64
import socket
import threading

WANTED = "Basic " + base64.b64encode(b"me:p:w").decode()
log = []


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(65536)
        if not part:
            return connection.close()
        head += part
    lines = head.decode().split("\r\n")
    verb, place, _ = lines[0].split(" ")
    headers = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines[1:] if ":" in line}
    if place == "/log":
        body = "".join(line + "\n" for line in log).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        return connection.close()
    log.append(f"{verb} {place}")
    if verb != "CONNECT" or headers.get("proxy-authorization") != WANTED:
        connection.sendall(b"HTTP/1.1 407 no\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")
        return connection.close()
    try:
        target = socket.create_connection(("127.0.0.1", int(place.rsplit(":", 1)[1])))
    except OSError:
        connection.sendall(b"HTTP/1.1 502 no\r\nContent-Length: 0\r\n\r\n")
        return connection.close()
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    threading.Thread(target=copy, args=(connection, target), daemon=True).start()
    copy(target, connection)


listener = socket.create_server(("127.0.0.1", 0), backlog=100)
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
