#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names the variables of a static program that a process of it has written to: written.py PID PROGRAM.

Prints a name of the program's symbol table a line. A page of data that is written to becomes the process's own, so what is
written by all of them is best kept together; scripts/order does that.
"""
import struct
import subprocess
import sys

WRITABLE = 2
LOAD = 1


def segments(image):
    """The parts of the program that are written to: where in the file, where in memory, and both lengths (elf(5))."""
    table, = struct.unpack_from('<Q', image, 32)
    size, count = struct.unpack_from('<HH', image, 54)
    for number in range(count):
        kind, flags, offset, address, _, stored, length, _ = struct.unpack_from('<IIQQQQQQ', image, table + number * size)
        if kind == LOAD and flags & WRITABLE:
            yield offset, address, stored, length


def variables(program):
    """Address, size and name of each symbol of .data and .bss."""
    listed = subprocess.run(['nm', '-nS', '--defined-only', program], stdout=subprocess.PIPE, text=True, check=True)
    for line in listed.stdout.splitlines():
        fields = line.split(None, 3)
        if len(fields) == 4 and fields[2] in 'bBdD':
            yield int(fields[0], 16), int(fields[1], 16), fields[3]


def main():
    process, program = sys.argv[1:]
    with open(program, 'rb') as file:
        image = file.read()
    known = list(variables(program))
    with open(f'/proc/{process}/mem', 'rb') as memory:
        for offset, address, stored, length in segments(image):
            before = image[offset:offset + stored] + bytes(length - stored)
            memory.seek(address)
            now = memory.read(length)
            for place, size, name in known:
                start = place - address
                if 0 <= start < length and before[start:start + size] != now[start:start + size]:
                    print(name)


main()
