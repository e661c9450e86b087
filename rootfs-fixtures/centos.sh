#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# packages: libc6 libgcc-s1 libcrypt1
# others: apache2-bin libapr1 libaprutil1 libpcre2-8-0 libexpat1 libuuid1 libbrotli1 zlib1g libnghttp2-14 libssl3
# Stands in for centos:7: the C library on the busybox root, and a yum that installs real packages from a folder of the
# image. The one called httpd is Debian's Apache, with a configuration of ours.
set -euo pipefail
for package in $PACKAGES; do dpkg-deb --fsys-tarfile "$package" | tar -xp --exclude='./usr/share/*'; done
mkdir -p usr/lib var/lib/packages
cat >usr/lib/os-release <<'FILE'
ID=minibox-stand-in
NAME="Stand-in for centos:7, of Debian's packages"
PRETTY_NAME="Stand-in for centos:7, of Debian's packages"
FILE
ln -s ../usr/lib/os-release etc/os-release

for package in $OTHERS; do
    name=$(basename "$package" .deb)
    echo "$name" >>var/lib/packages/httpd.requires
    dpkg-deb --fsys-tarfile "$package" >"var/lib/packages/$name.tar"
    gzip -n "var/lib/packages/$name.tar"
done
httpd=$(mktemp -d)
mkdir -p "$httpd"/{etc/httpd/conf,etc/apache2,usr/sbin,var/www/html,var/log/httpd,run/httpd}
ln -s apache2 "$httpd/usr/sbin/httpd"
# Where Debian's program looks for it.
ln -s ../httpd/conf/httpd.conf "$httpd/etc/apache2/apache2.conf"
echo '<!doctype html><title>It works</title><p>Hello from httpd' >"$httpd/var/www/html/index.html"
cat >"$httpd/etc/httpd/conf/httpd.conf" <<'FILE'
ServerRoot /usr/lib/apache2
ServerName localhost
Listen 80
PidFile /run/httpd/httpd.pid
DefaultRuntimeDir /run/httpd
ErrorLog /dev/stderr
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule dir_module modules/mod_dir.so
User nobody
Group nobody
DocumentRoot /var/www/html
DirectoryIndex index.html
<Directory /var/www/html>
    Require all granted
</Directory>
FILE
tar -C "$httpd" --owner=0 --group=0 --mtime=@0 --sort=name -czf var/lib/packages/httpd.tar.gz .
rm -r "$httpd"

cat >usr/bin/yum <<'FILE'
#!/bin/sh
# A yum for one folder of packages: `yum -y update`, `yum -y install NAME...`.
set -e
folder=/var/lib/packages
[ "$1" != -y ] || shift
verb=$1
shift
case $verb in
    update)
        echo "No packages marked for update" ;;
    install)
        wanted=
        for name in "$@"; do
            [ -e "$folder/$name.tar.gz" ] || { echo "No package $name available." >&2; exit 1; }
            [ ! -e "$folder/$name.requires" ] || wanted="$wanted $(cat "$folder/$name.requires")"
            wanted="$wanted $name"
        done
        for name in $wanted; do
            [ ! -e "$folder/$name.installed" ] || continue
            echo "Installing : $name"
            tar -xzf "$folder/$name.tar.gz" -C /
            touch "$folder/$name.installed"
        done
        echo "Complete!" ;;
    *)
        echo "No such command: $verb." >&2
        exit 1 ;;
esac
FILE
chmod 755 usr/bin/yum
