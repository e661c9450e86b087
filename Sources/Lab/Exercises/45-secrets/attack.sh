#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An image is built with a token, saved, and searched. The word is a directory of the exercise with a Dockerfile.
token=$(cat /root/flag)
mkdir -p /lab/context
cp "/run/lab/exercise/$1.Dockerfile" /lab/context/Dockerfile
echo "TOKEN=$token" >/lab/context/.env
echo "$token" >/lab/token
if [ "$1" = weak ]; then
    minibox build --network none --build-arg "TOKEN=$token" -t secret /lab/context
else
    rm /lab/context/.env
    minibox build --network none --secret id=token,src=/lab/token -t secret /lab/context
fi
minibox save -o /lab/secret.tar secret
mkdir -p /lab/image
tar -C /lab/image -xf /lab/secret.tar
