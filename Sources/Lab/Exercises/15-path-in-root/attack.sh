#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A hostile layer is unpacked. The arm's flags are the runtime's name, or nothing.
echo tried
if [ "${1-}" = naivebox ]; then
    naivebox unpack /lab/evil.tar /lab/root || true
else
    minibox import /lab/evil.tar lab/evil || true
    minibox run --rm lab/evil /bin/true || true
fi
