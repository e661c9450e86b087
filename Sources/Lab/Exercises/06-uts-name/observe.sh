#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if [ "$(hostname)" = "$(cat /lab/name-before)" ]; then
    echo host_name same
elif [ "$(hostname)" = pwned ]; then
    echo host_name changed
else
    echo host_name other
fi
echo attack_status "$LAB_STATUS"
