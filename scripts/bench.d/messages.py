# SPDX-License-Identifier: Apache-2.0
# Reads what strace -f -e trace=socket,sendto,write,close -e write=all wrote of a `minibox run` from standard input, and writes the
# netlink messages that replay.c takes. Those of the loopback are left out: who has no network has it too.
import re
import sys

kinds, first, current, bytes_ = {}, None, None, []


def finish():
    global current, bytes_
    if current and not (current == 'inside' and len(bytes_) == 32):
        print(current, bytes(bytes_).hex())
    current, bytes_ = None, []


for line in sys.stdin:
    dumped = re.match(r' \| [0-9a-f]{5}  ((?:[0-9a-f]{2} ?| )+)', line)
    if dumped:
        if current:
            bytes_ += bytes.fromhex(line[10:58].replace(' ', ''))
        continue
    finish()
    call = re.match(r'(\d+) +(socket|sendto|write|close)\((.*)', line)
    if not call:
        continue
    process, name, rest = call.groups()
    first = first or process
    if name == 'socket':
        number = rest.rsplit('= ', 1)[-1].strip()
        if 'NETLINK_' in rest:
            kinds[process, number] = 'firewall' if 'NETFILTER' in rest else 'link' if process == first else 'inside'
        else:
            kinds.pop((process, number), None)
    elif name == 'close':
        kinds.pop((process, rest.split(')')[0].split(' ')[0]), None)
    else:
        current = kinds.get((process, rest.split(',', 1)[0]))
finish()
