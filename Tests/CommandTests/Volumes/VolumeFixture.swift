// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

extension Box {
    /// A name that no other test has, of a volume that is removed in the end.
    func volumeName() -> String {
        let name = "v" + UUID().uuidString.prefix(8)
        atEnd { _ = try? self("volume", "rm", "-f", name) }
        return name
    }

    /// An image with files below `/data`, of several layers, and volumes at `/data` and `/state`; removed in the end.
    func imageWithVolumes() throws -> String {
        let name = "volumes-" + UUID().uuidString.prefix(8).lowercased()
        let context = try directory("context-" + name)
        try """
        FROM busybox
        RUN mkdir -p /data/sub /state && echo first >/data/file && ln /data/file /data/hard && ln -s file /data/soft \\
            && chown 1000:1001 /data/file && chmod 4755 /data/sub && chown 7:8 /data/sub && mknod /data/pipe p \\
            && mkdir /empty && chown 1000:1000 /empty && chmod 700 /empty && ln -s data /linked && ln -s / /data/top \\
            && touch -d '2001-02-03 04:05:06' /data/file
        RUN echo second >/data/later && rm /data/pipe
        VOLUME /data /state
        CMD ["true"]
        """.write(toFile: context + "/Dockerfile", atomically: false, encoding: .utf8)
        atEnd { _ = try? self("rmi", "-f", name) }
        let built = try self("build", "-q", "-t", name, context, timeout: 60)
        try #require(built.status == 0, "\(built)")
        return name
    }
}
