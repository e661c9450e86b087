#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts the service with the flags of /lab/flags, or with its arguments where there are any, and says how well it stands: whether
# it answers, how much of its audit is open, and how many of the kernel's doors.
if [ $# = 0 ]; then
    # A flag and its value are words, and no more than that.
    set -- $(cat /lab/flags)
fi
minibox rm -f served >/dev/null 2>&1
minibox run -d --name served "$@" lab/box sh -c \
    'mkdir -p /tmp/www && echo well >/tmp/www/index.html && exec httpd -f -p 127.0.0.1:8080 -h /tmp/www' >/dev/null || exit 1
healthy=no
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    answer=$(minibox exec served sh -c "printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 2 127.0.0.1 8080" 2>/dev/null | tail -n 1)
    [ "$answer" = well ] && healthy=yes && break
    sleep 0.2
done
findings=$(minibox audit served | grep -cE '^ +(high|medium) ')
capabilities=$(sed -n 's/^CapEff:\t//p' "/proc/$(minibox inspect --format '{{.State.Pid}}' served)/status")
echo "healthy $healthy"
echo "findings $findings"
echo "capabilities $capabilities"
minibox exec served /.minibox/probe reach | grep '^{' | grep -c '"result":"OK"' | sed 's/^/doors /'
minibox rm -f served >/dev/null
if [ "$healthy" = yes ] && [ "$findings" -le 3 ] && [ "$capabilities" = 0000000000000000 ]; then cat /root/flag; fi
