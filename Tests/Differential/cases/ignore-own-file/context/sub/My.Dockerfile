FROM busybox
COPY . /t/
