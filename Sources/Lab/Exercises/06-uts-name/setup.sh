#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
hostname >/lab/name-before
