FROM busybox
ENTRYPOINT ["base"]
CMD ["base-arg"]
