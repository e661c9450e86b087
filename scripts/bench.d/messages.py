# SPDX-License-Identifier: Apache-2.0
# messages.py CALLS: reads what strace -ff -o CALLS -e trace=socket,sendto,write,close -e write=all wrote of a `minibox run`, a
# file a process since parent and child speak to the kernel at the same time, and writes the netlink messages that replay.c
# takes. Those of the loopback are left out: who has no network has it too.
import glob
import re
import sys


def messages(path, of_host):
    """The messages that a process sent, whether it is minibox itself or one in the container."""
    kinds, current, sent = {}, None, []
    for line in open(path, errors='replace'):
        dumped = re.match(r' \| [0-9a-f]{5}  ((?:[0-9a-f]{2} ?| )+)', line)
        if dumped:
            if current:
                sent[-1][1].extend(bytes.fromhex(line[10:58].replace(' ', '')))
            continue
        call = re.match(r'(socket|sendto|write|close)\((.*)', line)
        if not call:
            continue
        name, rest = call.groups()
        current = None
        if name == 'socket':
            number = rest.rsplit('= ', 1)[-1].strip()
            if 'NETLINK_' in rest:
                kinds[number] = 'firewall' if 'NETFILTER' in rest else 'link' if of_host else 'inside'
            else:
                kinds.pop(number, None)
        elif name == 'close':
            kinds.pop(rest.split(')')[0].split(' ')[0], None)
        else:
            current = kinds.get(rest.split(',', 1)[0])
            if current:
                sent.append((current, bytearray()))
    return [(kind, content) for kind, content in sent if not (kind == 'inside' and len(content) == 32)]


paths = sorted(glob.glob(sys.argv[1] + '.*'), key=lambda path: int(path.rsplit('.', 1)[-1]))
for number, path in enumerate(paths):
    for kind, content in messages(path, of_host=number == 0):
        print(kind, bytes(content).hex())
