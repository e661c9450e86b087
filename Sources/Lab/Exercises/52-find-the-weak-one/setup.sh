#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Five containers for the student, one of them with a flag that the secret of this start chooses. A check makes its own.
[ "$LAB_ARM" = student ] || exit 0
number=$(printf '%d' "0x$(printf '%s' "$LAB_FLAG" | md5sum | cut -c1-4)")
weak=$((number % 5 + 1))
case $((number / 5 % 4)) in
    0) set -- --cap-add SYS_PTRACE ;;
    1) set -- --security-opt seccomp=unconfined ;;
    2) set -- --userns host ;;
    *) set -- --security-opt no-new-privileges=false ;;
esac
for box in 1 2 3 4 5; do
    if [ $box = $weak ]; then minibox run -d --name "box-$box" --network none "$@" lab/box sleep 100000 >/dev/null
    else minibox run -d --name "box-$box" --network none lab/box sleep 100000 >/dev/null; fi
done
cat >/lab/name.sh <<NAME
if [ "\$1" = box-$weak ]; then cat /root/flag; else echo no; exit 1; fi
NAME
