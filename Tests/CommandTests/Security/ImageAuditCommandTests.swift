// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `minibox image audit` of an image in which something of everything was put.
@Suite(.commands, .box) struct ImageAuditCommandTests {
    private func found(_ image: String, _ box: Box) throws -> Set<String> {
        let shown = try box("image", "audit", "--format", "json", image)
        try #require(shown.status == 0, "\(shown)")
        let reports = try #require(
            try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [[String: Any]])
        let checks = try #require(reports.first?["checks"] as? [[String: Any]])
        return Set(checks.filter { $0["status"] as? String == "FAIL" }.compactMap { $0["id"] as? String })
    }

    @Test func whatIsInItIsFound() throws {
        let box = try box()
        #expect(try found("busybox", box) == ["I01", "I08", "I10"])
        let context = box.folder + "/context"
        try FileManager.default.createDirectory(atPath: context, withIntermediateDirectories: true)
        try box.file(
            "context/Dockerfile",
            """
            FROM busybox
            ENV DB_PASSWORD=hunter2
            COPY key /root/id_rsa
            RUN rm /root/id_rsa
            RUN mkdir -p /usr/sbin && cp /bin/busybox /usr/sbin/sshd && cp /bin/busybox /bin/rise && chmod 4755 /bin/rise
            USER 1000
            """)
        try box.file("context/key", "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n")
        let built = try box("build", "-t", "faulty", context, timeout: 120)
        try #require(built.status == 0, "\(built)")
        box.atEnd { _ = try? box("rmi", "-f", "faulty") }
        // The key is in a layer still.
        #expect(try found("faulty", box) == ["I02", "I03", "I04", "I05", "I07", "I08", "I10"])
        let text = try box("image", "audit", "faulty").output
        #expect(text.contains("/root/id_rsa") && text.contains("/bin/rise") && !text.contains("hunter2"), "\(text)")
        #expect(try box("image", "audit", "--fail-on", "high", "faulty").status == 1)
        #expect(try box("image", "audit", "--fail-on", "high", "busybox").status == 0)
        #expect(try box("image", "audit", "--format", "sarif", "faulty").output.contains(#""I04""#))
        let page = try box("image", "audit", "--format", "html", "faulty").output
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<td class=\"id\">I04</td>"), "\(page)")
        #expect(
            page.contains("<th>What is in it</th>") && !page.contains("kernel") && !page.contains("<script"), "\(page)")
        #expect(try box("image", "audit", "nowhere").status != 0)
    }
}
