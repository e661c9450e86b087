#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# packages: openjdk-17-jre-headless libc6 libgcc-s1 libstdc++6 zlib1g
# Stands in for openjdk:8: Debian's Java runtime and the libraries that it needs, on the busybox root. Also makes
# hello.jar, beside the archives, of the source in Tests/Dockerfiles/course/2: the runtime has the compiler's modules.
set -euo pipefail
for package in $PACKAGES; do dpkg-deb --fsys-tarfile "$package" | tar -xp --exclude='./usr/share/*' --exclude='*.jsa'; done
java=usr/lib/jvm/java-17-openjdk-amd64
ln -s "/$java/bin/java" usr/bin/java
mkdir -p usr/lib
cat >usr/lib/os-release <<'FILE'
ID=minibox-stand-in
NAME="Stand-in for openjdk:8, of Debian's openjdk-17"
PRETTY_NAME="Stand-in for openjdk:8, of Debian's openjdk-17"
FILE
ln -s ../usr/lib/os-release etc/os-release

# What the class path archive holds, loading is twice as fast with; it is made where it will lie.
mkdir -p tmp/classes
cp -r "$TOP/Tests/Dockerfiles/course/2/org" tmp/
run() { unshare --mount --fork chroot . /bin/sh -c 'mount -t proc proc /proc && exec "$@"' sh "$@"; }
run java -m jdk.compiler/com.sun.tools.javac.Main -d /tmp/classes /tmp/org/example/App.java
run java -m jdk.jartool/sun.tools.jar.Main --create --date=2000-01-01T00:00:00Z --no-manifest --file /tmp/hello.jar -C /tmp/classes org
mv tmp/hello.jar "$OUT/hello.jar"
rm -rf tmp/classes tmp/org tmp/hsperfdata_root
run java -Xshare:dump >/dev/null
rm -rf tmp/hsperfdata_root
