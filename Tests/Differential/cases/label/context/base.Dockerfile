FROM busybox
LABEL a=base b=base e=base
