#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A job as a CI service gives it: in a privileged container of a plain Debian with a C compiler it clones the project,
# builds the example's image and runs the example's tests, each command as a check. The swift and git of /tools and
# /swift are what a job's image would have.
set -u
export PATH=/nested:/swift/usr/bin:/tools:$PATH GIT_EXEC_PATH=/tools/git-core HOME=/root
cd /root || exit 1
printf '/tools/lib\n/swift/usr/lib/swift/linux\n' >/etc/ld.so.conf.d/tools.conf
ldconfig

# runs NAME COMMAND: a line of the job, shown with what it writes.
runs() {
    echo "\$ $2"
    if eval "$2" 2>&1; then echo "ok $1"; else echo "not ok $1"; fi
}
# What minibox and its containers leave: processes, mounts, cgroups.
leftovers() {
    cut -d' ' -f5 /proc/self/mountinfo | sort
    find /sys/fs/cgroup/minibox -mindepth 1 -type d 2>/dev/null
    for process in /proc/[0-9]*; do
        tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -E '^(/nested/)?minibox'
    done
}
before=$(leftovers)

runs "clone" 'git clone -q --depth 1 --template= file:///project.git project'
cd project/docs/examples/greeter || exit 1
runs "doctor" 'minibox doctor >/tmp/doctor; [ $? -le 1 ] && grep -E "^(store|overlay|cgroup v2|nesting) " /tmp/doctor'
runs "base image" 'minibox import /nested/busybox.tar busybox'
runs "build" 'minibox build -q -t greeter .'
runs "tests" 'swift test 2>&1 | grep -vE "^\[|^Test Suite|Executed 0|^Building|^Fetch|^↳"; [ "${PIPESTATUS[0]}" = 0 ]'
runs "tests leave nothing" 'left=$(minibox ps -aq && minibox volume ls -q) && echo "left: ${left:-nothing}" && [ -z "$left" ]'

# The same with a test run that is killed: who owns the lease ends, and all is removed.
sleep 1000 &
owner=$!
runs "a container under a lease" "minibox run -d --lease $owner --name leased greeter && minibox ps --format '{{.Names}}: {{.Image}}'"
kill -9 $owner
wait $owner 2>/dev/null
runs "goes with its owner" 'for i in $(seq 600); do left=$(minibox ps -aq) && [ -z "$left" ] && break; sleep 0.1; done; [ -z "$left" ]'
for _ in $(seq 300); do
    after=$(leftovers)
    [ "$before" != "$after" ] || break
    sleep 0.2
done
if [ "$before" = "$after" ]; then echo "ok nothing is left"; else echo "not ok nothing is left: $after"; fi
echo "end of level 1"
