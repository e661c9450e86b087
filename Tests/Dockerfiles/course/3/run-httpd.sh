#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an earlier run may have left would keep the server from starting.
rm -rf /run/httpd/*
exec /usr/sbin/httpd -DFOREGROUND
